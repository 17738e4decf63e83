import { MissingError } from '../core/failures.ts';
import { self } from '../core/paths.ts';
import { runSteps } from '../core/steps.ts';
import { installAptPackages } from '../packages/debian/apt-packages.ts';
import { findEngine, type EngineState } from './find-engine.ts';
import { startEngine } from './start-engine.ts';

/** Answers once a Docker engine runs; installs or starts one only when it was told that it may. */
export async function ensureEngine(install: boolean): Promise<void> {
  const found = await findEngine();
  if (found.state === 'running') return;
  if (found.state === 'forbidden') {
    throw new MissingError(
      'the Docker engine refuses this user.\nCure: sudo usermod -aG docker "$USER", then log in again',
    );
  }
  if (found.state === 'unreachable') {
    throw new MissingError(
      `no Docker engine answers at DOCKER_HOST=${found.host}.\nCure: start it there, or unset DOCKER_HOST`,
    );
  }
  if (!install || process.getuid?.() !== 0) throw new MissingError(cure(found));

  await runSteps([
    ...(found.state === 'absent'
      ? [
          {
            id: 'engine-install',
            title: 'Docker engine from the distribution',
            estimate: 25,
            run: (report: (detail: string) => void) =>
              installAptPackages(['docker.io', 'iptables', 'kmod', 'iproute2'], report),
          },
        ]
      : []),
    { id: 'engine-start', title: 'Docker engine', estimate: 5, run: startIfStopped },
  ]);
}

// The package's own postinst starts it where systemd runs.
async function startIfStopped(report: (detail: string) => void): Promise<void> {
  if ((await findEngine()).state !== 'running') await startEngine(report);
}

function cure(found: EngineState): string {
  const what =
    found.state === 'absent' ? 'no Docker engine is installed' : 'the Docker engine is installed but not running';
  const command = `${self} up --install`;
  const asRoot = process.getuid?.() === 0 ? command : `sudo env "PATH=$PATH" ${command}`;
  return `${what}.\nCure: ${asRoot}\n(or start Docker yourself and run ${self} up)`;
}

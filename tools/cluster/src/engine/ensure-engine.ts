import type { UserError } from '@slipway/util/errors';
import { missingError } from '../core/errors.ts';
import { self } from '../core/paths.ts';
import { runSteps, type Report } from '../core/steps.ts';
import { installAptPackages } from '../packages/debian/apt-packages.ts';
import { findEngine, type EngineState } from './find-engine.ts';
import { startEngine } from './start-engine.ts';

const DEBIAN_PACKAGES = ['docker.io', 'iptables', 'kmod', 'iproute2'];

/** Resolves once a Docker engine runs; installs or starts one only with `install`. */
export async function ensureEngine(install: boolean): Promise<void> {
  const found = await findEngine();
  if (found.state === 'running') return;
  const mayStart = found.state === 'stopped' || found.state === 'absent';
  if (!mayStart || !install || process.getuid?.() !== 0) throw engineMissing(found);

  const installation = {
    id: 'engine-install',
    title: 'Docker engine from the distribution',
    estimate: 25,
    run: (report: Report) => installAptPackages(DEBIAN_PACKAGES, report),
  };
  await runSteps([
    ...(found.state === 'absent' ? [installation] : []),
    { id: 'engine-start', title: 'Docker engine', estimate: 5, run: startIfStopped },
  ]);
}

// Where systemd runs, the installation of the package has started the engine.
async function startIfStopped(report: Report): Promise<void> {
  if ((await findEngine()).state !== 'running') await startEngine(report);
}

function engineMissing(found: Exclude<EngineState, { state: 'running' }>): UserError {
  const command = `${self} up --install`;
  const asRoot = process.getuid?.() === 0 ? command : `sudo env "PATH=$PATH" ${command}`;
  const start = `${asRoot} (or start Docker yourself and run ${self} up)`;
  switch (found.state) {
    case 'forbidden':
      return missingError(
        'the Docker engine refuses this user',
        'sudo usermod -aG docker "$USER", then log out and in again',
      );
    case 'unreachable':
      return missingError(
        `no Docker engine answers at DOCKER_HOST=${found.host}`,
        'start the engine there, or unset DOCKER_HOST',
      );
    case 'absent':
      return missingError('no Docker engine is installed', start);
    case 'stopped':
      return missingError('the Docker engine is installed but does not run', start);
  }
}

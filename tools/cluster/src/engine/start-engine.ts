import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../core/interruption.ts';
import { engineStateDir } from '../core/paths.ts';
import { run } from '../core/run.ts';
import { whichSystem } from '../core/which.ts';
import { missingCapabilities } from './capabilities.ts';
import { findEngine } from './find-engine.ts';
import { ociRuntime } from './oci-runtime.ts';

const DEADLINE_MS = 60_000;

/** By systemd where it runs the machine; otherwise dockerd itself, in a session of its own, so that it outlives us. */
export async function startEngine(report: (detail: string) => void): Promise<void> {
  if (existsSync('/run/systemd/system')) await run(['systemctl', 'start', 'docker']);
  else await startByHand(report);

  const log = join(engineStateDir, 'dockerd.log');
  const deadline = Date.now() + DEADLINE_MS;
  report('waiting until the engine answers');
  while ((await findEngine()).state !== 'running') {
    if (Date.now() > deadline)
      throw new Error(`the engine does not answer after ${DEADLINE_MS / 1000} s; its log ${log} ends:\n${tail(log)}`);
    await pause(300);
  }
}

async function startByHand(report: (detail: string) => void): Promise<void> {
  mkdirSync(engineStateDir, { recursive: true });
  const dockerd = whichSystem('dockerd');
  if (!dockerd) throw new Error('dockerd is not installed');
  const args = [...(await runtimeArguments(report))];
  const log = openSync(join(engineStateDir, 'dockerd.log'), 'a', 0o640);
  report('starting dockerd');
  const child = spawn(dockerd, args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` },
  });
  child.unref();
  closeSync(log);
  writeFileSync(join(engineStateDir, 'dockerd.pid'), `${child.pid}\n`);
}

// A privileged container asks for every capability: where the machine itself lacks one, runc refuses.
async function runtimeArguments(report: (detail: string) => void): Promise<string[]> {
  const missing = missingCapabilities();
  if (missing.length === 0) return [];
  report(`this machine lacks ${missing.join(', ')}: making an OCI runtime that does not ask for it`);
  return ['--add-runtime', `slipway=${await ociRuntime(report)}`, '--default-runtime', 'slipway'];
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  } catch {
    return '(no log)';
  }
}

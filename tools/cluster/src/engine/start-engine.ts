import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { engineStateDir } from '../core/paths.ts';
import { pause, run } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import { whichSystem } from '../core/which.ts';
import { buildModule, builtFolder, isBuilt } from '../packages/go/build-module.ts';
import { ociRuntimeModule } from '../packages/go/go-modules.ts';
import { missingCapabilities } from './capabilities.ts';
import { findEngine } from './find-engine.ts';

const TIMEOUT_MS = 60_000;
const logFile = join(engineStateDir, 'dockerd.log');

/** Starts the engine by systemd where systemd runs the machine, else as a daemon that outlives this process. */
export async function startEngine(report: Report): Promise<void> {
  if (existsSync('/run/systemd/system')) await run(['systemctl', 'start', 'docker']);
  else await startDaemon(report);

  const deadline = Date.now() + TIMEOUT_MS;
  report('waiting until the engine answers');
  while ((await findEngine()).state !== 'running') {
    if (Date.now() > deadline) {
      const log = logTail();
      throw new UserError(
        `the engine does not answer after ${TIMEOUT_MS / 1000} s; its log ${logFile} ends with:\n${log}`,
      );
    }
    await pause(300);
  }
}

async function startDaemon(report: Report): Promise<void> {
  mkdirSync(engineStateDir, { recursive: true });
  const dockerd = whichSystem('dockerd');
  if (!dockerd) throw new UserError('dockerd is not installed');
  const args = await runtimeArguments(report);
  const log = openSync(logFile, 'a', 0o640);
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

// A privileged container asks for every capability, and runc refuses where the machine itself lacks one.
async function runtimeArguments(report: Report): Promise<string[]> {
  const missing = missingCapabilities();
  if (missing.length === 0) return [];
  report(`this machine lacks ${missing.join(', ')}: making an OCI runtime that does not request it`);
  return ['--add-runtime', `slipway=${await ociRuntime(report)}`, '--default-runtime', 'slipway'];
}

/** The wrapper around runc (go/oci-runtime), where the engine finds it even without the cache. */
async function ociRuntime(report: Report): Promise<string> {
  if (!isBuilt(ociRuntimeModule)) await buildModule(ociRuntimeModule, report);
  const destination = join(engineStateDir, 'oci-runtime');
  const temporary = `${destination}.tmp-${process.pid}`;
  await copyFile(join(builtFolder(ociRuntimeModule), 'oci-runtime'), temporary);
  await rename(temporary, destination);
  return destination;
}

function logTail(): string {
  if (!existsSync(logFile)) return '(no log)';
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

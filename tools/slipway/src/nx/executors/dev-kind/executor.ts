import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { exec } from '@slipway/util/exec';
import { endContinuous } from '../shared/end-continuous.ts';
import { scriptFile } from '../../../util/files/script-file.ts';

/** Starts its arguments in the background and ends at once. */
const LAUNCH = '"$@" &';

/**
 * Watch mode, in a detached process: Nx kills its descendants within seconds of a Ctrl-C, and restoring the images
 * takes longer. File descriptor 3 of that process is a pipe from here: when the pipe closes, for any reason, watch mode
 * ends.
 */
export async function devKind(options: object, { root }: { root: string }): Promise<{ success: boolean }> {
  const command = scriptFile(import.meta.dirname, '..', '..', 'commands', 'dev-kind');
  const launcher = spawn('sh', ['-c', LAUNCH, 'sh', process.execPath, command, JSON.stringify(options)], {
    cwd: root,
    env: { ...process.env, SLIPWAY_TERMINAL: await terminalOf(process.ppid) },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const controlPipe = launcher.stdio[3];
  if (!(controlPipe instanceof Duplex)) throw new Error('the launcher has no file descriptor 3');
  let exitCode = '';
  controlPipe.setEncoding('utf8').on('data', (text: string) => (exitCode += text));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controlPipe.end());
  await once(controlPipe, 'end');
  return endContinuous({ success: exitCode === '0' });
}

/** The terminal of Nx, which passes on nothing once it has been asked to end; empty where there is none. */
async function terminalOf(pid: number): Promise<string> {
  const tty = (await exec(['ps', '-o', 'tty=', '-p', String(pid)], { timeoutMs: 5_000 })).trim();
  return tty.startsWith('?') ? '' : `/dev/${tty}`;
}

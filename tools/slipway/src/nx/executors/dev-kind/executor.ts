import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { exec } from '@slipway/util/exec';
import { endContinuous } from '../end-continuous.ts';
import { scriptFile } from '../../../util/files/script-file.ts';

/** Starts its arguments in the background and ends at once. */
const LAUNCH = '"$@" &';

/**
 * Watch mode, in a process that is nobody's child: Nx kills what descends from it within seconds of a Ctrl-C, and putting
 * the images back takes longer. Its file descriptor 3 leads here: when that ends, however we end, watch mode leaves.
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

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programs } from '@slipway/checks/programs';
import { CONTEXT } from './stack.ts';

/** kubectl whose output goes to no log, because it is secret, or long; nor does `input`. Rejects when it fails. */
export async function quietKubectl(args: string[], input = ''): Promise<string> {
  const [program, ...rest] = programs.kubectl('--context', CONTEXT, ...args);
  const running = promisify(execFile)(program, rest, { maxBuffer: 256 * 1024 * 1024, timeout: 60_000 });
  running.child.stdin!.end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}

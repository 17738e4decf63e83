import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programs } from '../../src/programs.ts';
import { CONTEXT } from './stack.ts';

/** kubectl whose output goes to no log, because it is secret, or long. Rejects when it fails. */
export async function quietKubectl(args: string[]): Promise<string> {
  const [program, ...rest] = programs.kubectl('--context', CONTEXT, ...args);
  const { stdout, stderr } = await promisify(execFile)(program, rest, {
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  return stdout + stderr;
}

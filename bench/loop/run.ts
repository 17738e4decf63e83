import { spawn } from 'node:child_process';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { place } from './place.ts';

export type Run = { ms: number; output: string; peakMegabytes: number };

const LOOK_MS = 50;

/** Aborted when the measuring is to end: what runs at that moment is ended, what is run later, to put things back, is not. */
export const stopping = new AbortController();

/** Runs a command and takes its time and the most memory that it and its children hold together. Throws when it fails. */
export function run(
  command: readonly string[],
  {
    input,
    cwd = place.workspaceRoot,
    env = process.env,
  }: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const start = performance.now();
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const end = () => process.kill(-child.pid!, 'SIGTERM');
  stopping.signal.addEventListener('abort', end);
  let output = '';
  let peakMegabytes = 0;
  const look = setInterval(() => (peakMegabytes = Math.max(peakMegabytes, memoryOfGroup(child.pid!))), LOOK_MS);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  child.stdin.on('error', () => undefined);
  if (input === undefined) child.stdin.end();
  else createReadStream(input).pipe(child.stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Comes after an error too.
    child.on('close', (code) => {
      clearInterval(look);
      stopping.signal.removeEventListener('abort', end);
      if (code === 0) resolve({ ms: performance.now() - start, output, peakMegabytes });
      else
        reject(
          new Error(`${command.join(' ')} ended with ${code}:\n${output.trim().split('\n').slice(-40).join('\n')}`),
        );
    });
  });
}

/** Resident memory of a process group, MB. */
function memoryOfGroup(group: number): number {
  let pages = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      if (Number(fields[2]) === group) pages += Number(fields[21]);
    } catch {
      // It has ended since.
    }
  }
  return (pages * 4096) / 1e6;
}

import { spawn } from 'node:child_process';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { place } from './place.ts';

export type Run = { ms: number; output: string; peakMegabytes: number };

const LOOK_MS = 50;

/** Runs a command and takes its time and the most memory that it and its children hold together. Throws when it fails. */
export function run(command: readonly string[], { input }: { input?: string } = {}): Promise<Run> {
  const start = performance.now();
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, args, { cwd: place.workspaceRoot, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let peakMegabytes = 0;
  const look = setInterval(() => (peakMegabytes = Math.max(peakMegabytes, memoryOfGroup(child.pid!))), LOOK_MS);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  child.stdin.on('error', () => undefined);
  if (input === undefined) child.stdin.end();
  else createReadStream(input).pipe(child.stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(look);
      if (code === 0) resolve({ ms: performance.now() - start, output, peakMegabytes });
      else
        reject(
          new Error(`${command.join(' ')} ended with ${code}:\n${output.trim().split('\n').slice(-15).join('\n')}`),
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

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from './paths.ts';

const file = join(cacheDir, 'timings.json');

/** How long a step took here before: a better estimate than ours, which came from another machine. */
export function knownSeconds(id: string): number | undefined {
  return read()[id];
}

export function rememberSeconds(id: string, seconds: number): void {
  const temporary = `${file}.tmp-${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(temporary, `${JSON.stringify({ ...read(), [id]: Math.round(seconds * 10) / 10 }, null, 2)}\n`);
  renameSync(temporary, file);
}

function read(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

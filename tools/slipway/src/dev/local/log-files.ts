import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogFile } from '../../operate/logs/local-log-file.ts';

/** So that a stack that runs for weeks does not fill the disk. */
const LONGEST_BYTES = 64 * 1024 * 1024;

/**
 * Writes lines to a file per service, at once: the last lines before an end are those that are looked for. A run begins a
 * new file, as does one that is full; the one before is kept.
 */
export function openLogFiles(fileOf: (service: string) => LogFile): (service: string, line: string) => void {
  const open = new Map<string, { descriptor: number; bytes: number }>();
  return (service, line) => {
    let file = open.get(service);
    if (file === undefined || file.bytes > LONGEST_BYTES) {
      if (file !== undefined) closeSync(file.descriptor);
      const { current, previous } = fileOf(service);
      mkdirSync(dirname(current), { recursive: true });
      if (existsSync(current)) renameSync(current, previous);
      file = { descriptor: openSync(current, 'w'), bytes: 0 };
      open.set(service, file);
    }
    file.bytes += writeSync(file.descriptor, `${line}\n`);
  };
}

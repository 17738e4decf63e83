import type { Fault } from './fault.ts';

/** The faults as a list for people, ordered by file and line. */
export function formatFaults(faults: Fault[]): string {
  const sorted = [...faults].sort((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0));
  const lines = sorted.map(({ file, line, key, problem, cure }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return `  ✗ ${place}${key === undefined ? '' : ` ${key}`}: ${problem}\n    → ${cure}`;
  });
  return `${faults.length} fault${faults.length === 1 ? '' : 's'} found, nothing was touched:\n${lines.join('\n')}`;
}

import type { Problem } from './problem.ts';

/** The problems for people, with a heading. */
export function formatProblems(problems: Problem[]): string {
  return `${problems.length} problem${problems.length === 1 ? '' : 's'} found, nothing was touched:\n${listProblems(problems)}`;
}

/** The problems as a list for people, ordered by file and line. */
export function listProblems(problems: Problem[]): string {
  const sorted = [...problems].sort((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0));
  const lines = sorted.map(({ file, line, key, message, hint }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return `  ✗ ${place}${key === undefined ? '' : ` ${key}`}: ${message}\n    → ${hint}`;
  });
  return lines.join('\n');
}

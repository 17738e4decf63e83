import { stripVTControlCharacters } from 'node:util';

const MOST_LINES = 15;

/** The end of what a program has printed, indented, without empty lines and those that `dull` matches. */
export function outputTail(lines: string[], dull: RegExp): string {
  return lines
    .map(stripVTControlCharacters)
    .filter((line) => line.trim() !== '' && !dull.test(line))
    .slice(-MOST_LINES)
    .map((line) => `    ${line}`)
    .join('\n');
}

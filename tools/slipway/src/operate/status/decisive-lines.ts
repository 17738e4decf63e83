import { parseLogLine } from '../logs/log-line.ts';
import { levelNumber, plainLevel } from '../logs/log-level.ts';

const FATAL = levelNumber('fatal');

/**
 * The lines of a log that say why its process ended: what it called fatal, each once, or its last lines when it called
 * nothing so. Others may have been written after the cause, e.g. of an orderly shutdown.
 */
export function decisiveLines(log: string, most: number): string[] {
  const lines = log.split('\n').filter((line) => line !== '');
  const fatal = new Map(lines.filter((line) => levelOf(line) >= FATAL).map((line) => [messageOf(line), line]));
  return (fatal.size === 0 ? lines : [...fatal.values()]).slice(-most);
}

function levelOf(line: string): number {
  const entry = parseLogLine(line);
  return entry === undefined ? (plainLevel(line) ?? 0) : levelNumber(entry.level);
}

/** Without the time and the process that Postgres begins its lines with. */
function messageOf(line: string): string {
  return line.replace(/^[^[{]*\[\d+\]\s*/, '');
}

import type { Reporter } from '../../src/deploy/report/reporter.ts';

/** A Reporter that keeps what it is told: `order ready rolled out`. */
export function heard(): Reporter & { lines: string[] } {
  const lines: string[] = [];
  const keep = (who: string, step: string, text: string) => void lines.push(`${who} ${step} ${text}`);
  return { lines, event: keep, block: keep, end: () => undefined };
}

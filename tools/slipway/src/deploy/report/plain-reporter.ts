import { printable, printableLine } from '@slipway/util/printable';
import type { Reporter } from './reporter.ts';

/** One line per event with the seconds since the start: readable in a pipe and in CI. */
export function plainReporter(write: (text: string) => void = (text) => void process.stdout.write(text)): Reporter {
  const start = performance.now();
  const print = (who: string, step: string, text: string) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    const head = `${seconds}s  ${printableLine(who).padEnd(11)} ${step.padEnd(9)} `;
    write(`${head}${printable(text).replaceAll('\n', `\n${' '.repeat(head.length)}`)}\n`);
  };
  return { event: print, block: print, end: () => undefined };
}

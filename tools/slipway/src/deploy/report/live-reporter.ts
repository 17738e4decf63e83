import { printable, printableLine } from '@slipway/util/printable';
import type { Reporter, Step } from './reporter.ts';
import { firstLine } from '../../util/format/first-line.ts';

type Row = { step: Step; message: string; since: number };
type Terminal = { write: (text: string) => unknown; columns?: number };

const MARKS: Partial<Record<Step, string>> = { ready: '✔', FAILED: '✗', skipped: '…' };
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** Often enough to look alive, seldom enough to cost nothing, ms. */
const REDRAW_MS = 120;

/**
 * For a terminal: one row per service, database and the stack, redrawn in place; what belongs together (a failure with
 * its log) is printed above the rows and stays.
 */
export function liveReporter(terminal: Terminal = process.stdout): Reporter {
  const start = performance.now();
  const rows = new Map<string, Row>();
  let drawn = 0;
  let tick = 0;
  let hasEnded = false;
  const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)}s`.padStart(6);

  const draw = () => {
    const lines = [...rows].map(([who, { step, message, since }]) => {
      const mark = MARKS[step] ?? (hasEnded ? '·' : SPINNER.charAt(tick % SPINNER.length));
      const age = MARKS[step] === undefined ? seconds(since) : '      ';
      const line = `${mark} ${who.padEnd(11)} ${step.padEnd(9)} ${age}  ${message}`;
      // The last ones may wrap: nothing is drawn over them.
      return hasEnded ? line : line.slice(0, (terminal.columns ?? 80) - 1);
    });
    terminal.write(`${clear()}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  const clear = () => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[0J`);
  const timer = setInterval(() => {
    tick += 1;
    draw();
  }, REDRAW_MS);
  timer.unref();

  const event = (who: string, step: Step, message: string) => {
    rows.set(printableLine(who), { step, message: printableLine(firstLine(message)), since: performance.now() });
    draw();
  };
  return {
    event,
    block: (who, step, text) => {
      terminal.write(`${clear()}${seconds(start)}  ${printableLine(who)} ${step} ${printable(text)}\n`);
      drawn = 0;
      event(who, step, text);
    },
    end: () => {
      clearInterval(timer);
      hasEnded = true;
      draw();
      terminal.write(`${seconds(start).trim()} in all\n`);
    },
  };
}

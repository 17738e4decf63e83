import { formatSeconds } from './format-seconds.ts';
import { knownSeconds, rememberSeconds } from './timings.ts';

/** What a step is at, and how many seconds it still needs where it knows that better than any estimate. */
export type Report = (detail: string, secondsLeft?: number) => void;

export type Step = {
  /** Stable, so that the time it took here is the estimate of the next time. */
  id: string;
  title: string;
  /** A first guess in seconds, measured on a 2-core machine. */
  estimate: number;
  run: (report: Report) => Promise<void>;
};

const PLAIN_INTERVAL_MS = 15_000;

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs the steps one after another and shows which one, since when, and how long the rest will take. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const estimates = steps.map((step) => knownSeconds(step.id) ?? step.estimate);
  for (const [index, step] of steps.entries()) {
    const started = Date.now();
    const rest = estimates.slice(index + 1).reduce((sum, seconds) => sum + seconds, 0);
    const show = display(`[${index + 1}/${steps.length}] ${step.title}`, started, estimates[index] ?? 0, rest);
    try {
      await step.run(show.detail);
      show.done('done');
      rememberSeconds(step.id, (Date.now() - started) / 1000);
    } catch (error) {
      show.done('failed');
      throw error;
    }
  }
}

function display(head: string, started: number, estimate: number, rest: number) {
  let detail = '';
  let expectedEnd: number | undefined;
  const live = process.stderr.isTTY === true;
  const line = (): string => {
    const elapsed = (Date.now() - started) / 1000;
    const own = expectedEnd === undefined ? estimate - elapsed : (expectedEnd - Date.now()) / 1000;
    const isLate = expectedEnd === undefined && elapsed > estimate * 1.5 && rest === 0;
    const left = Math.max(own, 0) + rest;
    const remaining = isLate ? 'longer than expected' : `about ${formatSeconds(left)} left`;
    return `${head}  ${formatSeconds(elapsed)}, ${remaining}${detail === '' ? '' : `  ${detail}`}`;
  };
  const draw = (): void => {
    if (live) process.stderr.write(`\r\u001b[2K${line().slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else say(line());
  };
  if (live || estimate + rest > 2) draw();
  const timer = setInterval(draw, live ? 500 : PLAIN_INTERVAL_MS);
  return {
    detail(text: string, secondsLeft?: number): void {
      detail = text;
      if (secondsLeft !== undefined) expectedEnd = Date.now() + secondsLeft * 1000;
    },
    done(how: 'done' | 'failed'): void {
      clearInterval(timer);
      if (live) process.stderr.write('\r\u001b[2K');
      say(`${head}  ${how} in ${formatSeconds((Date.now() - started) / 1000)}`);
    },
  };
}

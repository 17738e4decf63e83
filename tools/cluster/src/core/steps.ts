/**
 * A command is a list of steps. They run one after another, and the terminal shows which one, since when, and how long
 * the rest takes: as long as last time on this machine, else an estimate.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson } from '@slipway/util/json';
import { printable, printableLine } from '@slipway/util/printable';
import { cacheDir } from './paths.ts';

/** What a step does at the moment, and the seconds that are left where the step knows better than any estimate. */
export type Report = (detail: string, secondsLeft?: number) => void;

export type Step = {
  /** Stable: the time that the step took is kept under it. */
  id: string;
  title: string;
  /** A first guess in seconds, measured on a 2-core machine. */
  estimate: number;
  run: (report: Report) => Promise<void>;
};

const PLAIN_INTERVAL_MS = 15_000;
const timingsFile = join(cacheDir, 'timings.json');

export function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

export async function runSteps(steps: readonly Step[]): Promise<void> {
  const known = readTimings();
  const estimates = steps.map((step) => known[step.id] ?? step.estimate);
  for (const [index, step] of steps.entries()) {
    const started = Date.now();
    const rest = estimates.slice(index + 1).reduce((sum, seconds) => sum + seconds, 0);
    const line = progressLine(`[${index + 1}/${steps.length}] ${step.title}`, started, estimates[index] ?? 0, rest);
    try {
      await step.run(line.detail);
      line.end('done');
      rememberTiming(step.id, (Date.now() - started) / 1000);
    } catch (error) {
      line.end('failed');
      throw error;
    }
  }
}

function progressLine(head: string, started: number, estimate: number, rest: number) {
  let detail = '';
  let expectedEnd: number | undefined;
  const isLive = process.stderr.isTTY === true;
  const text = (): string => {
    const elapsed = (Date.now() - started) / 1000;
    const own = expectedEnd === undefined ? estimate - elapsed : (expectedEnd - Date.now()) / 1000;
    const isLate = expectedEnd === undefined && elapsed > estimate * 1.5 && rest === 0;
    const left = Math.max(own, 0) + rest;
    const remaining = isLate ? 'longer than expected' : `about ${formatSeconds(left)} left`;
    return `${head}  ${formatSeconds(elapsed)}, ${remaining}${detail === '' ? '' : `  ${detail}`}`;
  };
  const draw = (): void => {
    if (isLive)
      process.stderr.write(`\r\u001b[2K${printableLine(text()).slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else say(text());
  };
  if (isLive || estimate + rest > 2) draw();
  const timer = setInterval(draw, isLive ? 500 : PLAIN_INTERVAL_MS);
  return {
    detail(current: string, secondsLeft?: number): void {
      detail = current;
      if (secondsLeft !== undefined) expectedEnd = Date.now() + secondsLeft * 1000;
    },
    end(outcome: 'done' | 'failed'): void {
      clearInterval(timer);
      if (isLive) process.stderr.write('\r\u001b[2K');
      say(`${head}  ${outcome} in ${formatSeconds((Date.now() - started) / 1000)}`);
    },
  };
}

/** 7.4 → "7 s", 95 → "1:35 min". */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

function rememberTiming(id: string, seconds: number): void {
  const temporary = `${timingsFile}.tmp-${process.pid}`;
  mkdirSync(dirname(timingsFile), { recursive: true });
  const timings = { ...readTimings(), [id]: Math.round(seconds * 10) / 10 };
  writeFileSync(temporary, `${JSON.stringify(timings, null, 2)}\n`);
  renameSync(temporary, timingsFile);
}

// Without the file, or with a damaged one, the estimates of the steps count.
function readTimings(): Record<string, number> {
  try {
    return readJson(timingsFile);
  } catch {
    return {};
  }
}

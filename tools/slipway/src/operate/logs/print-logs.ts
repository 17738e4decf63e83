import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printable, printableJson, printableLine } from '@slipway/util/printable';
import { formatLogLine } from './format-log-line.ts';
import { type LevelName, levelNumber } from './log-level.ts';
import { type LogLine, parseLogLine } from './log-line.ts';
import { matchLogLine, noteRequest, type OrderIds } from './log-query.ts';
import type { LogScope, LogSource } from './log-source.ts';

export type LogOptions = {
  request?: string;
  trace?: string;
  order?: string;
  service?: string[];
  level?: LevelName;
  /** `90s`, `10m`, `2h`, `1d`. */
  since?: string;
  previous: boolean;
  follow: boolean;
  /** Lines as they were written. */
  json: boolean;
};

/** Where to: a process, or what stands for one. */
type Streams = { stdout: Writable & { isTTY?: boolean }; stderr: Writable };

/** Without an id: what was just now. With one: everything that is kept. */
const DEFAULT_SINCE = { look: '10m', follow: '10s' };
const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Prints the lines that are asked for in time order. False when an id was asked for and no line has it; what to do then
 * goes to standard error.
 */
export async function printLogs(
  source: LogSource,
  options: LogOptions,
  signal: AbortSignal,
  { stdout, stderr }: Streams = process,
): Promise<boolean> {
  const { request, trace, order, follow, previous, json } = options;
  const hasId = request !== undefined || trace !== undefined || order !== undefined;
  const since = options.since ?? (hasId ? undefined : follow ? DEFAULT_SINCE.follow : DEFAULT_SINCE.look);
  const from = since === undefined ? undefined : Date.now() - milliseconds(since);
  const level = options.level === undefined ? undefined : levelNumber(options.level);
  const paint = stdout.isTTY && process.env.NO_COLOR === undefined ? styleText : undefined;
  const note = (text: string) => {
    const line = `· ${printableLine(text)}`;
    stderr.write(`${paint?.('dim', line) ?? line}\n`);
  };
  const services = options.service?.flatMap((names) => names.split(',')).filter((name) => name !== '');
  const scope: LogScope = {
    previous,
    follow,
    signal,
    note,
    ...(services === undefined || services.length === 0 ? {} : { services }),
    ...(from === undefined ? {} : { from }),
  };
  const ids = order === undefined ? undefined : await requestsOf(order, source, scope);
  const matches = matchLogLine(
    {
      ...(request === undefined ? {} : { request }),
      ...(trace === undefined ? {} : { trace }),
      ...(level === undefined ? {} : { level }),
      ...(from === undefined ? {} : { from }),
    },
    ids,
  );
  const { lines, searched } = await source(scope);
  const format = json ? withPod : formatter(paint, request === undefined ? [] : ['requestId']);
  let count = 0;
  let oldest = Infinity;
  for await (const line of lines) {
    oldest = Math.min(oldest, line.time);
    if (ids !== undefined && follow) noteRequest(ids, line.text);
    if (!matches(line)) continue;
    count += 1;
    // A reader that is slower than the logs must not make us collect them.
    if (!stdout.write(`${format(line)}\n`)) await once(stdout, 'drain');
  }
  if (count > 0 || follow) return true;
  note(
    `no such line${since === undefined ? '' : ` in the last ${since}`}. Searched: ${searched.join(', ') || 'nothing'}`,
  );
  if (oldest !== Infinity) note(`the oldest line of these is of ${new Date(oldest).toISOString()}`);
  if (since !== undefined) note('longer ago: --since 1h; what ended and started again: --previous');
  else if (!previous) note('what containers wrote before their last restart: --previous; a pod takes its log with it');
  return !hasId;
}

function formatter(paint: typeof styleText | undefined, known: string[]): (line: LogLine) => string {
  let width = 0;
  return ({ service, pod, text }) => {
    // Deployments end their pods' names in five letters; with those a replica is found again.
    const who =
      pod === service || (pod.startsWith(`${service}-`) && /-\d+$/.test(pod)) ? pod : `${service}/${pod.slice(-5)}`;
    width = Math.max(width, who.length);
    const line = formatLogLine(text, paint, known)?.text ?? printable(text);
    return `${paint?.('cyan', who.padEnd(width)) ?? who.padEnd(width)} ${line}`;
  };
}

/** The line as it was written, control characters escaped as JSON does it, and which pod wrote it. */
function withPod({ pod, service, time, text }: LogLine): string {
  const own =
    parseLogLine(text) === undefined
      ? JSON.stringify({ time: new Date(time).toISOString(), service, msg: text })
      : text;
  return printableJson(`{"pod":${JSON.stringify(pod)},${own.slice(1)}`);
}

/** Reads everything once for the requests that name the order: some of their lines come before the one that does. */
async function requestsOf(order: string, source: LogSource, scope: LogScope): Promise<OrderIds> {
  const ids = { order, requests: new Set<string>() };
  const { lines } = await source({ ...scope, follow: false });
  for await (const { text } of lines) noteRequest(ids, text);
  return ids;
}

function milliseconds(duration: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  return Number(amount) * (UNITS[unit ?? ''] ?? NaN);
}

import type { styleText } from 'node:util';
import { printable, printableLine } from '@slipway/util/printable';
import { levelName, levelNumber } from './log-level.ts';
import { parseLogLine } from './log-line.ts';
import { isObject } from '../../util/json-object.ts';

export type FormattedLine = { text: string; level: number };

/** Fields that are shown in another way, or say nothing new beside the service's name and the time. */
const shown = ['level', 'time', 'msg', 'err', 'method', 'route', 'status', 'durationMs', 'req', 'res', 'responseTime'];
const dull = new Set([...shown, 'path', 'pid', 'hostname', 'name', 'service', 'traceId', 'v']);

/**
 * One JSON log line as one line for people: local time, level, message, what else it carries except `known` fields; an
 * error's stack, and the further lines of a message, are set in. Control characters are written out. With `width`, the
 * columns that there are, ids are shown by their ends and other fields left out where they do not fit; the message never
 * is. Undefined if the line is no JSON object.
 */
export function formatLogLine(
  line: string,
  paint: typeof styleText | undefined,
  known: string[] = [],
  width = Infinity,
): FormattedLine | undefined {
  const entry = parseLogLine(line);
  if (entry === undefined) return undefined;
  const level = levelNumber(entry.level);
  const color = level >= 50 ? 'red' : level >= 40 ? 'yellow' : undefined;
  const dim = (text: string) => (paint === undefined ? text : paint('dim', text));
  const strong = (text: string) => (paint === undefined || color === undefined ? text : paint(color, text));
  const time = timeOf(entry.time);
  const message = printable(messageOf(entry)).replaceAll('\n', '\n    ');
  const fields = Object.entries(entry)
    .filter(([key, value]) => !dull.has(key) && !known.includes(key) && value !== undefined && value !== null)
    .map(([key, value]) => printableLine(`${key}=${short(width === Infinity ? value : shortId(value))}`));
  const lastLine = `${time} ${levelName(level).padEnd(5)} ${message}`.split('\n').at(-1) ?? '';
  const extra = fitting(fields, width - lastLine.length - 1);
  const head = [dim(time), strong(levelName(level).padEnd(5)), strong(message)];
  const text = [
    ...head,
    ...(extra === '' ? [] : [dim(extra)]),
    ...stackOf(entry.err).map((row) => `\n    ${strong(printable(row))}`),
  ];
  return { level, text: text.join(' ').replaceAll(' \n', '\n') };
}

/** A finished request reads as `GET /path 200 3 ms`, whether its fields are flat or in Fastify's own `req` and `res`. */
function messageOf(entry: Record<string, unknown>): string {
  // What no route matches has only its path to tell.
  const request = isObject(entry.req) ? entry.req : { method: entry.method, url: entry.path ?? entry.route };
  const status = (isObject(entry.res) ? entry.res.statusCode : undefined) ?? entry.status;
  const time = entry.responseTime ?? entry.durationMs;
  const parts = [
    request.method === undefined ? undefined : `${String(request.method)} ${String(request.url)}`,
    status,
    typeof time === 'number' ? `${time < 10 ? Math.round(time * 10) / 10 : Math.round(time)} ms` : undefined,
  ].filter((part) => part !== undefined);
  const message = String(entry.msg ?? '');
  // The line itself says that a request was finished.
  return [...(parts.length === 3 ? [] : [message]), ...parts].join(' ');
}

function timeOf(time: unknown): string {
  const date = new Date(typeof time === 'number' || typeof time === 'string' ? time : Date.now());
  if (Number.isNaN(date.getTime())) return '';
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function stackOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return error === undefined ? [] : [String(error)];
  const { stack, message = JSON.stringify(error) } = isObject(error) ? error : {};
  return String(stack ?? message)
    .split('\n')
    .map((row) => row.trimEnd());
}

/** As many of the first fields as fit into `columns`; `…` for the others. */
function fitting(fields: string[], columns: number): string {
  const all = fields.join(' ');
  if (all.length <= columns) return all;
  let text = '';
  for (const field of fields) {
    if (text.length + field.length + ' …'.length > columns) break;
    text += `${field} `;
  }
  return `${text}…`;
}

/** The end of a UUID: one of version 7 begins with the time, and so like its neighbours. */
function shortId(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return value;
  return `…${value.slice(-8)}`;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

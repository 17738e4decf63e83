import type { JsonObject } from '../../util/json-object.ts';
import { levelNumber, plainLevel } from './log-level.ts';
import { type LogLine, parseLogLine } from './log-line.ts';

/** Which lines are wanted; all of what is given must hold. */
export type LogQuery = {
  /** A request id, or the last eight characters of one, which `npm start` shows. */
  request?: string;
  /** A trace id, or a whole `traceparent`. */
  trace?: string;
  /** Lines of the requests, and of the work behind them, that name this order. */
  order?: string;
  /** The least level, a number of pino's. */
  level?: number;
  /** Lines from then on, ms since 1970. */
  from?: number;
};

/** As much of a request id is shown by `npm start`: see formatLogLine. */
const SHOWN_END = 8;

export type Match = (line: Pick<LogLine, 'text' | 'time' | 'isDatabase'>) => boolean;

/** Ids that one order went by: its own and those of the requests that named it. */
export type OrderIds = { order: string; requests: Set<string> };

/** Tells whether a line is wanted. A line that is no JSON is found by the ids in its
 * text. What a service says in plain text has no level and passes: it says so because it cannot log. */
export function matchLogLine({ request: wanted, trace, level, from = 0 }: LogQuery, order?: OrderIds): Match {
  const request = wanted?.replace(/^…/, '');
  const traceId = trace === undefined ? undefined : (/^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(trace)?.[1] ?? trace);
  const ids = [request, traceId].filter((id) => id !== undefined);
  return ({ text, time, isDatabase }) => {
    if (time < from || !ids.every((id) => text.includes(id))) return false;
    const entry = parseLogLine(text);
    if (order !== undefined && !isOfOrder(order, text, entry)) return false;
    if (level !== undefined) {
      const own = entry === undefined ? plainLevel(text) : levelNumber(entry.level);
      if (own === undefined ? isDatabase : own < level) return false;
    }
    if (entry === undefined) return true;
    return (
      (request === undefined || isRequest(entry.requestId, request)) &&
      (traceId === undefined || entry.traceId === traceId)
    );
  };
}

function isRequest(id: unknown, wanted: string): boolean {
  return id === wanted || (wanted.length === SHOWN_END && typeof id === 'string' && id.endsWith(wanted));
}

/** Notes the request of a line that names the order. */
export function noteRequest({ order, requests }: OrderIds, text: string): void {
  if (!text.includes(order)) return;
  const requestId = parseLogLine(text)?.requestId;
  if (typeof requestId === 'string') requests.add(requestId);
}

function isOfOrder({ order, requests }: OrderIds, text: string, entry: JsonObject | undefined): boolean {
  return text.includes(order) || requests.has(String(entry?.requestId));
}

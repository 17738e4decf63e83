import { parseLogLine } from '../../operate/logs/log-line.ts';
import { isObject } from '../../util/json-object.ts';
import { cutText } from './cut-text.ts';
import type { StoredLine } from './log-store.ts';
import type { PageRequest, PageRequestPart } from './page-requests.ts';

export type RequestFilter = {
  service?: string | undefined;
  /** A part of `GET /api/v1/products`. */
  route?: string | undefined;
  /** `5`: all of 5xx; `404`. */
  status?: string | undefined;
  minMs?: number | undefined;
  limit: number;
};

/** `request` is made of the parts when it is asked for. */
type Entry = { id: string; traceId: string; parts: PageRequestPart[]; request?: PageRequest | undefined };

export type RequestStore = {
  /** Returns the id of the request of which this line ends a part. */
  add(line: StoredLine): string | undefined;
  /** The newest first. */
  find(filter: RequestFilter): PageRequest[];
  get(id: string): { request: PageRequest; parts: PageRequestPart[] } | undefined;
};

const FINISHED = '"msg":"request finished"';

/** More parts of one request than any stack has: a caller that sends one id for ever. */
const MOST_PARTS = 50;
/** Of an id, a route, characters. */
const LONGEST_NAME = 200;
const MOST_WAITS = 50;
/** Services, methods and routes that are kept once. */
const MOST_NAMES = 10_000;

/**
 * Requests, put together from the line that each service writes of its part; the newest `most` of them, of each the first
 * 50 parts. A request whose id is longer than 200 characters is passed over.
 */
export function createRequestStore(most: number): RequestStore {
  const requests = new Map<string, Entry>();
  const names = new Map<string, string>();
  /** One copy of each service and route: lines bring a new one each. */
  const name = (value: unknown): string => {
    const text = cutText(String(value), LONGEST_NAME);
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size < MOST_NAMES) names.set(text, text);
    return text;
  };
  return {
    add({ text, time, service }) {
      if (!text.includes(FINISHED)) return undefined;
      const line = parseLogLine(text);
      if (typeof line?.requestId !== 'string' || line.requestId.length > LONGEST_NAME) return undefined;
      const { requestId, traceId, durationMs, status, method, route, waitedMs } = line;
      const entry = requests.get(requestId) ?? { id: requestId, traceId: cut(traceId ?? ''), parts: [] };
      if (entry.parts.length >= MOST_PARTS) return requestId;
      const ms = Number(durationMs ?? 0);
      entry.parts.push({
        service: name(service),
        start: time - ms,
        durationMs: ms,
        method: name(method),
        route: name(route),
        status: Number(status),
        waitedMs: isObject(waitedMs) ? waitsIn(waitedMs) : {},
      });
      entry.request = undefined;
      requests.set(requestId, entry);
      const [oldest] = requests.keys();
      if (requests.size > most && oldest !== undefined) requests.delete(oldest);
      return requestId;
    },
    find({ limit, ...filter }) {
      const found: PageRequest[] = [];
      for (const entry of [...requests.values()].reverse()) {
        const request = (entry.request ??= summary(entry));
        if (matches(request, filter)) found.push(request);
        if (found.length >= limit) break;
      }
      return found;
    },
    get(id) {
      const entry = requests.get(id);
      return entry && { request: summary(entry), parts: entry.parts.toSorted((a, b) => a.start - b.start) };
    },
  };
}

function cut(value: unknown): string {
  return cutText(String(value), LONGEST_NAME);
}

function waitsIn(waitedMs: object): Record<string, number> {
  const waits = Object.entries(waitedMs).slice(0, MOST_WAITS);
  return Object.fromEntries(waits.map(([whom, ms]) => [cut(whom), Number(ms)]));
}

/** The longest part is the outermost: it waited for the others. */
function summary({ id, traceId, parts }: Entry): PageRequest {
  const outermost = parts.reduce((longest, part) => (part.durationMs > longest.durationMs ? part : longest));
  return { id, traceId, ...outermost, services: [...new Set(parts.map(({ service }) => service))] };
}

function matches(
  { services, method, route, status, durationMs }: PageRequest,
  wanted: Omit<RequestFilter, 'limit'>,
): boolean {
  return (
    (wanted.service === undefined || services.includes(wanted.service)) &&
    (wanted.route === undefined || `${method} ${route}`.toLowerCase().includes(wanted.route.toLowerCase())) &&
    (wanted.status === undefined || String(status).startsWith(wanted.status.replace(/x+$/, ''))) &&
    (wanted.minMs === undefined || durationMs >= wanted.minMs)
  );
}

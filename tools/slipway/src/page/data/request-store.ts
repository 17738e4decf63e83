import { parseLogLine } from '../../operate/logs/log-line.ts';
import { isObject } from '../../util/json-object.ts';
import type { StoredLine } from './log-store.ts';
import type { PageRequest, PageRequestPart } from './page-types.ts';

export type RequestFilter = {
  service?: string | undefined;
  /** A part of `GET /api/v1/products`. */
  route?: string | undefined;
  /** `5`: all of 5xx; `404`. */
  status?: string | undefined;
  minMs?: number | undefined;
  limit: number;
};

type Entry = { id: string; traceId: string; parts: PageRequestPart[] };

export type RequestStore = {
  add(line: StoredLine): void;
  /** The newest first. */
  find(filter: RequestFilter): PageRequest[];
  get(id: string): { request: PageRequest; parts: PageRequestPart[] } | undefined;
};

const FINISHED = '"msg":"request finished"';

/** Requests, put together from the line that each service writes of its part; the newest `most` of them. */
export function createRequestStore(most: number): RequestStore {
  const requests = new Map<string, Entry>();
  return {
    add({ text, time, service }) {
      if (!text.includes(FINISHED)) return;
      const line = parseLogLine(text);
      if (typeof line?.requestId !== 'string') return;
      const { requestId, traceId, durationMs, status, method, route, waitedMs } = line;
      const entry = requests.get(requestId) ?? { id: requestId, traceId: String(traceId ?? ''), parts: [] };
      const ms = Number(durationMs ?? 0);
      entry.parts.push({
        service,
        start: time - ms,
        durationMs: ms,
        method: String(method),
        route: String(route),
        status: Number(status),
        waitedMs: isObject(waitedMs) ? (waitedMs as Record<string, number>) : {},
      });
      requests.set(requestId, entry);
      if (requests.size > most) requests.delete(requests.keys().next().value!);
    },
    find({ limit, ...filter }) {
      const found: PageRequest[] = [];
      for (const entry of [...requests.values()].reverse()) {
        const request = summary(entry);
        if (matches(request, filter)) found.push(request);
        if (found.length === limit) break;
      }
      return found;
    },
    get(id) {
      const entry = requests.get(id);
      return entry && { request: summary(entry), parts: entry.parts.toSorted((a, b) => a.start - b.start) };
    },
  };
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

/** What the page shows of log lines, requests and their spans. */

export type PageLogEntry = {
  /** Grows by one with each line. */
  seq: number;
  /** ms since 1970. */
  time: number;
  service: string;
  pod: string;
  level: string;
  /** As it was written, without secrets. */
  text: string;
};

/** The answer to a query for log lines. */
export type PageLogs = { entries: PageLogEntry[]; last: number; matched: number; searched: number; dropped: number };

/** One service's part of a request. */
export type PageRequestPart = {
  service: string;
  /** When it began, ms since 1970. */
  start: number;
  durationMs: number;
  method: string;
  route: string;
  status: number;
  waitedMs: Record<string, number>;
};

/** The part where it came in, and the services that wrote of it. */
export type PageRequest = PageRequestPart & { id: string; traceId: string; services: string[] };

export type PageSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  service: string;
  name: string;
  kind: 'internal' | 'server' | 'client';
  start: number;
  durationMs: number;
  isError: boolean;
  attributes: Record<string, string>;
};

export type PageRequestDetail = {
  request: PageRequest;
  parts: PageRequestPart[];
  spans: PageSpan[];
  entries: PageLogEntry[];
};

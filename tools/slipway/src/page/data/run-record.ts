import type { Latencies } from './latencies.ts';

export type RouteRecord = {
  /** Where the request came in. */
  service: string;
  method: string;
  route: string;
  count: number;
  /** Answered with 5xx. */
  errors: number;
  latencies: Latencies;
  /** Requests of which spans came, and the SQL statements among these. */
  traced: number;
  statements: number;
};

export type WarningRecord = { service: string; level: string; text: string; count: number };

/** One run as its file holds it. */
export type RunRecord = {
  version: 1;
  /** When it began, RFC 3339: its name. */
  id: string;
  /** When it was last written, RFC 3339. */
  until: string;
  commit?: string;
  routes: RouteRecord[];
  warnings: WarningRecord[];
};

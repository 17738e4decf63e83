import { isObject } from '../../util/json-object.ts';
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

/** Whether something is what this version writes. */
export function isRunRecord(value: unknown): value is RunRecord {
  if (!isObject(value) || value.version !== 1) return false;
  const { id, until, commit = '', routes, warnings } = value;
  return [id, until, commit].every(isText) && isListOf(routes, isRoute) && isListOf(warnings, isWarning);
}

function isRoute(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.latencies)) return false;
  const { service, method, route, count, errors, traced, statements, latencies } = value;
  const numbers = [count, errors, traced, statements, ...Object.values(latencies)];
  return [service, method, route].every(isText) && numbers.every(Number.isFinite);
}

function isWarning(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { service, level, text, count } = value;
  return [service, level, text].every(isText) && Number.isFinite(count);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

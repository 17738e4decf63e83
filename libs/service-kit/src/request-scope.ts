import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from './trace-context.ts';
import type { Span } from './tracing/tracing.ts';

/** What follows a request through all that it causes. */
export type RequestScope = {
  trace: TraceContext;
  /** Only while traces are exported. */
  span?: Span | undefined;
  /** How long it waited for others, ms by their name; what runs side by side adds up. */
  waitedMs: Map<string, number>;
  /** What else its log line says. */
  fields: Record<string, string>;
  /** Why the answer is a 5xx. */
  error?: unknown;
};

const scopes = new AsyncLocalStorage<RequestScope>();

export function runInScope<Result>(scope: RequestScope, work: () => Result): Result {
  return scopes.run(scope, work);
}

/** The scope of the request that the running code works for; nothing for work in the background. */
export function currentScope(): RequestScope | undefined {
  return scopes.getStore();
}

/** Adds fields to the log line of the request that the running code works for. Ids only: nothing that a client wrote freely. */
export function noteOnRequest(fields: Record<string, string>): void {
  Object.assign(currentScope()?.fields ?? {}, fields);
}

export function addWait(name: string, ms: number): void {
  const waited = currentScope()?.waitedMs;
  waited?.set(name, (waited.get(name) ?? 0) + ms);
}

/** As log lines have it: with two decimals; nothing where nothing was waited for. */
export function scopeFields({ waitedMs, fields }: RequestScope): object {
  if (waitedMs.size === 0) return fields;
  return {
    ...fields,
    waitedMs: Object.fromEntries([...waitedMs].map(([name, ms]) => [name, roundMs(ms)])),
  };
}

export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '@shop/fair-queue';
import type { RequestCaller } from './request-caller.ts';
import type { TraceContext } from './trace-context.ts';
import type { Span } from './tracing.ts';

/** What follows a request through all that it causes. */
export type RequestScope = {
  trace: TraceContext;
  /** Nobody for work in the background, and for work that is finished whoever waits for it. */
  caller?: RequestCaller | undefined;
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

/** Who waits for what the running code does. */
export function currentCaller(): Caller | undefined {
  return scopes.getStore()?.caller;
}

/** Runs what must be finished although its caller may leave, or its time be over: as work that nobody waits for. */
export function withoutCaller<Result>(work: () => Result): Result {
  const scope = scopes.getStore();
  return scope === undefined ? work() : scopes.run({ ...scope, caller: undefined }, work);
}

/** Adds fields to the log line of the request that the running code works for. Ids only: nothing that a client wrote freely. */
export function addLogFields(fields: Record<string, string>): void {
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

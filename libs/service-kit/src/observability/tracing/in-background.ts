import { runInScope } from '../request-scope.ts';
import { traceContextFrom, type TraceContext } from '../trace-context.ts';
import type { Tracing } from '../tracing.ts';

/** Runs work that no request has asked for as a separate trace. */
export async function inBackground<Result>(
  tracing: Tracing | undefined,
  name: string,
  work: (trace: TraceContext) => Promise<Result>,
): Promise<Result> {
  const span = tracing?.start('internal', name, undefined, {});
  const trace = span?.trace ?? traceContextFrom(undefined);
  try {
    const result = await runInScope({ trace, waitedMs: new Map(), fields: {} }, () => work(trace));
    span?.end();
    return result;
  } catch (error) {
    span?.end({ error });
    throw error;
  }
}

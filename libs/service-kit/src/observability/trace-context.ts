import { randomFillSync } from 'node:crypto';

/** A place in a W3C trace. */
export type TraceContext = {
  traceId: string;
  spanId: string;
  /** Two hex digits; the last bit says that the trace is sampled. */
  flags: string;
  traceparent: string;
  tracestate: string | undefined;
  /** Whether a collector may know the span; one that was generated to have an id is no span's parent. */
  isExported: boolean;
};

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Continues the caller's W3C trace with a span id of our own, or starts one. */
export function traceContextFrom(
  traceparent: string | string[] | undefined,
  tracestate?: string | string[],
): TraceContext {
  const parent = callerTrace(traceparent, tracestate);
  const random = randomHex();
  const spanId = random.slice(0, 16);
  const traceId = parent?.traceId ?? random.slice(16);
  const flags = parent?.flags ?? '01';
  return {
    traceId,
    spanId,
    flags,
    traceparent: formatTraceparent(traceId, spanId, flags),
    tracestate: parent?.tracestate,
    isExported: false,
  };
}

/** The caller's place in the trace, if its headers name one. */
export function callerTrace(
  traceparent: string | string[] | undefined,
  tracestate?: string | string[],
): TraceContext | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = pattern.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return {
    traceId,
    spanId,
    flags,
    traceparent,
    tracestate: typeof tracestate === 'string' && tracestate.length <= 512 ? tracestate : undefined,
    isExported: true,
  };
}

export function formatTraceparent(traceId: string, spanId: string, flags: string): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

const pool = Buffer.alloc(24 * 512);
let used = pool.length;

/** 48 hex digits. Random bytes cost the same in one large portion as in one small. */
function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 24;
  return pool.toString('hex', used - 24, used);
}

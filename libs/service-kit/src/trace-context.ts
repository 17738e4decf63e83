import { randomFillSync } from 'node:crypto';

export type TraceContext = { traceId: string; traceparent: string; tracestate: string | undefined };

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Continues the caller's W3C trace with a span of our own, or starts one. */
export function traceContextFrom(
  traceparent: string | string[] | undefined,
  tracestate?: string | string[],
): TraceContext {
  const parent = typeof traceparent === 'string' ? parse(traceparent) : undefined;
  const random = randomHex();
  const spanId = random.slice(0, 16);
  if (parent === undefined) {
    const traceId = random.slice(16);
    return { traceId, traceparent: `00-${traceId}-${spanId}-01`, tracestate: undefined };
  }
  return {
    traceId: parent.traceId,
    traceparent: `00-${parent.traceId}-${spanId}-${parent.flags}`,
    tracestate: typeof tracestate === 'string' && tracestate.length <= 512 ? tracestate : undefined,
  };
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

function parse(header: string): { traceId: string; flags: string } | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = pattern.exec(header) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, flags };
}

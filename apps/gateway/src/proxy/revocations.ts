import { setTimeout as sleep } from 'node:timers/promises';
import { serviceKeyHeader, type Logger, type ServiceClient, type TraceContext } from '@shop/service-kit';

export type Revocations = ReturnType<typeof createRevocations>;

type Revocation = { executionId: string; requestId: string; trace: TraceContext };

type RevocationsOptions = { order: ServiceClient; orderKey: string; logger: Logger };

const timeoutMs = 1500;
const pauseMs = 500;
/** An outage must not fill the memory; the oldest are given up, loudly. */
const most = 10_000;

/**
 * Orders whose clients heard 5xx although the order service may have confirmed them. It is told so, one after the other,
 * until it has acknowledged each; see docs/adr/0004-revocations.md.
 */
export function createRevocations({ order, orderKey, logger }: RevocationsOptions) {
  const pending = new Set<Revocation>();
  let delivery: Promise<void> | undefined;
  let isClosing = false;

  async function deliver({ executionId, requestId, trace }: Revocation): Promise<boolean> {
    try {
      const { status } = await order.call({
        method: 'DELETE',
        path: `/internal/v1/executions/${executionId}`,
        headers: { [serviceKeyHeader]: orderKey },
        timeoutMs,
        isIdempotent: true,
        context: { requestId, trace, deadline: Date.now() + timeoutMs },
      });
      return status === 204;
    } catch {
      return false;
    }
  }

  async function deliverAll(): Promise<void> {
    for (const revocation of pending) {
      while (pending.has(revocation) && !(await deliver(revocation))) {
        if (isClosing) return;
        await sleep(pauseMs);
      }
      pending.delete(revocation);
    }
  }

  function start(): Promise<void> {
    delivery ??= deliverAll().finally(() => {
      delivery = undefined;
      // Added after the last was delivered.
      if (pending.size > 0 && !isClosing) void start();
    });
    return delivery;
  }

  return {
    add(revocation: Revocation): void {
      const { executionId, requestId, trace } = revocation;
      logger.warn({ executionId, requestId, traceId: trace.traceId }, 'an order of unknown outcome is taken back');
      const [oldest] = pending;
      if (pending.size >= most && oldest !== undefined) giveUp(oldest);
      pending.add(revocation);
      void start();
    },

    /** One more try for each, then what is left is logged for whoever has to settle it by hand. */
    async close(): Promise<void> {
      isClosing = true;
      await start();
      for (const revocation of pending) giveUp(revocation);
    },
  };

  function giveUp(revocation: Revocation): void {
    pending.delete(revocation);
    const { executionId, requestId, trace } = revocation;
    logger.error({ executionId, requestId, traceId: trace.traceId }, 'an order may stand whose client heard 5xx');
  }
}

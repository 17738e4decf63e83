import { randomUUID } from 'node:crypto';
import type { Database } from '@shop/database';
import { inBackground, type Metrics, type TraceContext, type Tracing } from '@shop/service-kit';
import type { CallContext, ProductClient } from '../clients/product-client.ts';
import { createExecutionRepository } from './execution-repository.ts';
import { createIdempotencyRepository } from './idempotency-repository.ts';
import { createOrderRepository } from './order-repository.ts';
import { leaseMs } from './place-order.ts';
import type { Revocations } from './revocations.ts';

type ReconcilerOptions = {
  database: Database;
  products: ProductClient;
  revocations: Revocations;
  metrics: Pick<Metrics, 'outcomes' | 'gauge'>;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  tracing?: Tracing | undefined;
};

const batch = 50;
const pauseMs = 1000;
const keyAgeHours = 24;

/** Finishes what crashes and failed calls left half-done. Every replica runs one; they skip each other's orders. */
export function createReconciler({ database, products, revocations, metrics, log, tracing }: ReconcilerOptions) {
  const orders = createOrderRepository(database);
  const countRun = metrics.outcomes('shop_reconciler_runs_total', 'Runs of the reconciler', ['succeeded', 'failed']);
  const countOrder = metrics.outcomes('shop_reconciler_orders_total', 'Orders that the reconciler worked on', [
    'settled',
    'postponed',
  ]);
  let backlog = 0;
  metrics.gauge('shop_reconciler_backlog_orders', 'Orders that wait to be settled, at the last run', () => backlog);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function release(id: string, trace: TraceContext): Promise<void> {
    const context: CallContext = { requestId: randomUUID(), trace, deadline: Date.now() + leaseMs };
    const ids = { orderId: id, requestId: context.requestId, traceId: trace.traceId };
    try {
      await products.release(id, context);
      await orders.markReleased(id);
      countOrder('settled');
      log.info(ids, 'unsettled order released');
    } catch (error) {
      countOrder('postponed');
      log.warn({ err: error, ...ids }, 'unsettled order could not be released yet');
    }
  }

  async function runOnce(): Promise<void> {
    backlog = revocations.pending() + (await orders.countUnsettled());
    await revocations.run();
    while (true) {
      const ids = await orders.claimUnsettled(batch, leaseMs);
      await Promise.all(ids.map((id) => inBackground(tracing, 'settle order', (trace) => release(id, trace))));
      if (ids.length < batch) break;
    }
    await createIdempotencyRepository(database).deleteOld(keyAgeHours, batch);
    await createExecutionRepository(database).deleteOld(keyAgeHours, batch);
  }

  function schedule(): void {
    timer = setTimeout(
      () => {
        running = runOnce()
          .then(() => countRun('succeeded'))
          .catch((error: unknown) => {
            countRun('failed');
            log.warn({ err: error }, 'reconciler could not run');
          })
          .then(() => {
            if (!isStopped) schedule();
          });
      },
      // Replicas must not march in step.
      pauseMs * (0.75 + Math.random() / 2),
    );
  }

  return {
    runOnce,
    start: schedule,
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(timer);
      await running;
      await revocations.run().catch((error: unknown) => log.warn({ err: error }, 'orders could not be taken back'));
    },
  };
}

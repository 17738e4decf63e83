import { randomUUID } from 'node:crypto';
import type { Database } from '@shop/database';
import type { TraceContext } from '@shop/service-kit';
import type { CallContext, ProductClient } from '../clients/product-client.ts';
import { createIdempotencyRepository } from './idempotency-repository.ts';
import { createOrderRepository } from './order-repository.ts';
import { leaseMs } from './place-order.ts';
import type { Revocations } from './revocations.ts';

type ReconcilerOptions = {
  database: Database;
  products: ProductClient;
  revocations: Revocations;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  newTrace(): TraceContext;
};

const batch = 50;
const pauseMs = 1000;
const keyAgeHours = 24;

/** Finishes what crashes and failed calls left half-done. Every replica runs one; they skip each other's orders. */
export function createReconciler({ database, products, revocations, log, newTrace }: ReconcilerOptions) {
  const orders = createOrderRepository(database);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function release(id: string, requestId: string): Promise<void> {
    const context: CallContext = { requestId, trace: newTrace(), deadline: Date.now() + leaseMs };
    try {
      await products.release(id, context);
      await orders.markReleased(id);
      log.info({ orderId: id, requestId }, 'unsettled order released');
    } catch (error) {
      log.warn({ err: error, orderId: id, requestId }, 'unsettled order could not be released yet');
    }
  }

  async function runOnce(): Promise<void> {
    await revocations.run();
    for (;;) {
      const ids = await orders.claimUnsettled(batch, leaseMs);
      await Promise.all(ids.map((id) => release(id, randomUUID())));
      if (ids.length < batch) break;
    }
    await createIdempotencyRepository(database).deleteOld(keyAgeHours, batch);
  }

  function schedule(): void {
    timer = setTimeout(
      () => {
        running = runOnce()
          .catch((error: unknown) => log.warn({ err: error }, 'reconciler could not run'))
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
    },
  };
}

import type { Order } from '@shop/contracts';
import type { Database } from '@shop/database';
import { commonProblems } from '@shop/service-kit/problem';
import { withoutCaller } from '@shop/service-kit/request-scope';
import type { CallContext, ProductClient } from '../clients/product-client.ts';
import { problems } from '../problems.ts';
import { createOrderRepository, type OrderRecord } from './order-repository.ts';
import { toOrder } from './order-view.ts';
import { leaseMs } from './place-order.ts';
import { maySee, type Viewer } from './viewer.ts';

export type CancelOrder = (request: { id: string; viewer: Viewer; context: CallContext }) => Promise<Order>;

/** Decides in one transaction, then gives the stock back; the reconciler does the latter when we cannot. */
export function createCancelOrder({
  database,
  products,
}: {
  database: Database;
  products: ProductClient;
}): CancelOrder {
  return async ({ id, viewer, context }) => {
    const order = await database.transaction((transaction) => cancel(createOrderRepository(transaction), id, viewer));
    if (order.isReleaseDue) await withoutCaller(() => release(id, context));
    return toOrder(order);
  };

  async function release(id: string, context: CallContext): Promise<void> {
    const orders = createOrderRepository(database);
    try {
      await products.release(id, context);
    } catch (error) {
      await orders.endLease(id).catch(() => {});
      throw error;
    }
    await orders.markReleased(id);
  }
}

async function cancel(
  orders: ReturnType<typeof createOrderRepository>,
  id: string,
  viewer: Viewer,
): Promise<OrderRecord> {
  const status = await orders.lockStatus(id);
  if (status === 'confirmed') {
    const before = await orders.find(id);
    if (before === undefined || !maySee(viewer, before)) throw commonProblems.notFound();
    await orders.cancel(id, leaseMs);
  }
  const order = await orders.find(id);
  if (order === undefined || !maySee(viewer, order)) throw commonProblems.notFound();
  if (order.status !== 'cancelled') throw problems.notCancellable({ detail: `the order is ${order.status}` });
  return order;
}

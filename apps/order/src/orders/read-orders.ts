import type { Order, OrderPage } from '@shop/contracts';
import { decodeCursor, toPage } from '@shop/service-kit/cursor';
import { commonProblems } from '@shop/service-kit/problem';
import type { OrderRepository } from './order-repository.ts';
import { toOrder } from './order-view.ts';
import { maySee, type Viewer } from './viewer.ts';

export type ReadOrders = ReturnType<typeof createReadOrders>;

export function createReadOrders(orders: OrderRepository) {
  return {
    async get(id: string, viewer: Viewer): Promise<Order> {
      const order = await orders.find(id);
      if (order === undefined || !maySee(viewer, order)) throw commonProblems.notFound();
      return toOrder(order);
    },

    async list({ limit, cursor }: { limit: number; cursor?: string }, viewer: Viewer): Promise<OrderPage> {
      const userId = viewer.role === 'admin' ? undefined : viewer.userId;
      const rows = await orders.list({ userId, after: decodeCursor(cursor), limit: limit + 1 });
      return toPage(rows, limit, toOrder);
    },
  };
}

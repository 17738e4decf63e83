import { countOutcomes, type Metrics } from '@shop/service-kit';
import type { CancelOrder } from './cancel-order.ts';
import type { PlaceOrder } from './place-order.ts';

/** Placing and cancelling, counted by outcome. */
export function countOrders(
  metrics: Metrics,
  { placeOrder, cancelOrder }: { placeOrder: PlaceOrder; cancelOrder: CancelOrder },
): { placeOrder: PlaceOrder; cancelOrder: CancelOrder } {
  return {
    placeOrder: countOutcomes(placeOrder, {
      metrics,
      name: 'shop_orders_total',
      help: 'Requests to place an order by outcome',
      successes: ['confirmed', 'replayed'],
      successOf: ({ isReplay }) => (isReplay ? 'replayed' : 'confirmed'),
      refusals: ['insufficient-stock', 'unknown-product', 'mixed-currency', 'idempotency-key-reused'],
    }),
    cancelOrder: countOutcomes(cancelOrder, {
      metrics,
      name: 'shop_cancellations_total',
      help: 'Requests to cancel an order by outcome',
      successes: ['cancelled'],
      refusals: ['not-cancellable', 'not-found'],
    }),
  };
}

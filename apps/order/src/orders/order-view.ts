import type { Order } from '@shop/contracts';
import type { OrderRecord } from './order-repository.ts';

export function toOrder({ id, status, items, totalCents, currency, createdAt }: OrderRecord): Order {
  return { id, status, items, totalCents, currency, createdAt: createdAt.toISOString() };
}

import type { NewReservation } from '@shop/contracts';
import type { Queryable } from '@shop/database';

export type ReservedItem = { productId: string; quantity: number; unitPriceCents: number };
export type Refusal = { problem: 'unknownProduct' | 'mixedCurrency' | 'insufficientStock'; detail: string };
export type ReservationRecord = { status: 'reserved' | 'refused' | 'released'; currency: string; refusal: Refusal };
export type StockRecord = { id: string; stock: number; currency: string; priceCents: number };

export type ReservationRepository = ReturnType<typeof createReservationRepository>;

export function createReservationRepository(transaction: Queryable) {
  return {
    /** False when the order has a row. Waits for another transaction on the same order: the two cannot both take stock. */
    async insert(orderId: string, status: ReservationRecord['status']): Promise<boolean> {
      const inserted = await transaction.query(
        `insert into reservations (order_id, status, released_at)
         values ($1, $2, case when $2 = 'released' then now() end) on conflict do nothing returning order_id`,
        [orderId, status],
      );
      return inserted.length > 0;
    },

    async find(orderId: string): Promise<ReservationRecord | undefined> {
      const [row] = await transaction.query<ReservationRecord>(
        'select status, currency, refusal from reservations where order_id = $1',
        [orderId],
      );
      return row;
    },

    items: (orderId: string): Promise<ReservedItem[]> =>
      transaction.query<ReservedItem>(
        `select product_id as "productId", quantity, unit_price_cents as "unitPriceCents"
           from reservation_items where order_id = $1 order by position`,
        [orderId],
      ),

    /** Locks in the order of ids: two orders with the same products cannot wait for each other. */
    async lockProducts(productIds: string[]): Promise<Map<string, StockRecord>> {
      const rows = await transaction.query<StockRecord>(
        'select id, stock, currency, price_cents as "priceCents" from products where id = any($1) order by id for update',
        [productIds],
      );
      return new Map(rows.map((row) => [row.id, row]));
    },

    /** Needs the products' locks. */
    async take(orderId: string, currency: string, items: ReservedItem[]): Promise<void> {
      const productIds = items.map(({ productId }) => productId);
      const quantities = items.map(({ quantity }) => quantity);
      await transaction.query(
        `update products p set stock = p.stock - i.quantity, updated_at = now()
           from unnest($1::uuid[], $2::int[]) as i (product_id, quantity) where p.id = i.product_id`,
        [productIds, quantities],
      );
      await transaction.query(
        `insert into reservation_items (order_id, product_id, position, quantity, unit_price_cents)
         select $1, i.product_id, i.position, i.quantity, i.unit_price_cents
           from unnest($2::uuid[], $3::int[], $4::int[]) with ordinality as i (product_id, quantity, unit_price_cents, position)`,
        [orderId, productIds, quantities, items.map(({ unitPriceCents }) => unitPriceCents)],
      );
      await transaction.query('update reservations set currency = $2 where order_id = $1', [orderId, currency]);
    },

    async refuse(orderId: string, refusal: Refusal): Promise<void> {
      await transaction.query("update reservations set status = 'refused', refusal = $2 where order_id = $1", [
        orderId,
        JSON.stringify(refusal),
      ]);
    },

    /** False when there is nothing to give back (any more). */
    async markReleased(orderId: string): Promise<boolean> {
      const released = await transaction.query(
        "update reservations set status = 'released', released_at = now() where order_id = $1 and status = 'reserved' returning order_id",
        [orderId],
      );
      return released.length > 0;
    },

    async giveBack(orderId: string): Promise<void> {
      await transaction.query(
        `update products p set stock = p.stock + i.quantity, updated_at = now()
           from reservation_items i where i.order_id = $1 and p.id = i.product_id`,
        [orderId],
      );
    },
  };
}

export type ReservationItems = NewReservation['items'];

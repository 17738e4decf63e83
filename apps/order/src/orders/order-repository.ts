import type { Queryable } from '@shop/database';

export type OrderStatus = 'pending' | 'confirmed' | 'rejected' | 'cancelled';
export type OrderItem = { productId: string; quantity: number; unitPriceCents: number | null };
export type OrderRecord = {
  id: string;
  userId: string;
  status: OrderStatus;
  currency: string | null;
  totalCents: number | null;
  createdAt: Date;
  isReleaseDue: boolean;
  items: OrderItem[];
};

export type OrderRepository = ReturnType<typeof createOrderRepository>;

const columns = `id, user_id as "userId", status, currency, total_cents as "totalCents", created_at as "createdAt", release_due as "isReleaseDue"`;

export function createOrderRepository(database: Queryable) {
  async function withItems(rows: Omit<OrderRecord, 'items'>[]): Promise<OrderRecord[]> {
    if (rows.length === 0) return [];
    const items = await database.query<OrderItem & { orderId: string }>(
      `select order_id as "orderId", product_id as "productId", quantity, unit_price_cents as "unitPriceCents"
         from order_items where order_id = any($1) order by order_id, position`,
      [rows.map(({ id }) => id)],
    );
    const byOrder = Map.groupBy(items, ({ orderId }) => orderId);
    return rows.map((row) => ({
      ...row,
      items: (byOrder.get(row.id) ?? []).map(({ productId, quantity, unitPriceCents }) => ({
        productId,
        quantity,
        unitPriceCents,
      })),
    }));
  }

  return {
    async insertPending(order: {
      id: string;
      userId: string;
      createdAt: Date;
      items: { productId: string; quantity: number }[];
      leaseMs: number;
    }): Promise<void> {
      const { id, userId, createdAt, items, leaseMs } = order;
      await database.query(
        `with new_order as (
           insert into orders (id, user_id, status, created_at, lease_until)
           values ($1, $2, 'pending', $3, clock_timestamp() + make_interval(secs => $4 / 1000.0)) returning id)
         insert into order_items (order_id, position, product_id, quantity)
         select new_order.id, i.position, i.product_id, i.quantity
           from new_order, unnest($5::uuid[], $6::int[]) with ordinality as i (product_id, quantity, position)`,
        [
          id,
          userId,
          createdAt,
          leaseMs,
          items.map(({ productId }) => productId),
          items.map(({ quantity }) => quantity),
        ],
      );
    },

    async find(id: string): Promise<OrderRecord | undefined> {
      const [order] = await withItems(await database.query(`select ${columns} from orders where id = $1`, [id]));
      return order;
    },

    /** Newest first: ids are UUIDv7. Without `userId`: everyone's. */
    async list({
      userId,
      after,
      limit,
    }: {
      userId: string | undefined;
      after: string | undefined;
      limit: number;
    }): Promise<OrderRecord[]> {
      const rows = await database.query<Omit<OrderRecord, 'items'>>(
        userId === undefined
          ? `select ${columns} from orders where ($1::uuid is null or id < $1) order by id desc limit $2`
          : `select ${columns} from orders where user_id = $3 and ($1::uuid is null or id < $1) order by id desc limit $2`,
        userId === undefined ? [after, limit] : [after, limit, userId],
      );
      return withItems(rows);
    },

    /** The status after locking the row; undefined when there is none. */
    async lockStatus(id: string): Promise<OrderStatus | undefined> {
      const [row] = await database.query<{ status: OrderStatus }>(
        'select status from orders where id = $1 for update',
        [id],
      );
      return row?.status;
    },

    async extendLease(id: string, leaseMs: number): Promise<void> {
      await database.query(
        'update orders set lease_until = clock_timestamp() + make_interval(secs => $2 / 1000.0) where id = $1',
        [id, leaseMs],
      );
    },

    /** Hands an order to the reconciler at once. */
    async endLease(id: string): Promise<void> {
      await database.query(
        "update orders set lease_until = clock_timestamp() where id = $1 and (status = 'pending' or release_due)",
        [id],
      );
    },

    /** False when the order is not pending any more: the reconciler was there first, or another execution of the same key. */
    async confirm(
      id: string,
      priced: { currency: string; items: { productId: string; unitPriceCents: number }[]; totalCents: number },
    ): Promise<boolean> {
      const confirmed = await database.query(
        "update orders set status = 'confirmed', currency = $2, total_cents = $3 where id = $1 and status = 'pending' returning id",
        [id, priced.currency, priced.totalCents],
      );
      if (confirmed.length === 0) return false;
      await database.query(
        `update order_items o set unit_price_cents = i.unit_price_cents
           from unnest($2::uuid[], $3::int[]) as i (product_id, unit_price_cents)
          where o.order_id = $1 and o.product_id = i.product_id`,
        [id, priced.items.map(({ productId }) => productId), priced.items.map(({ unitPriceCents }) => unitPriceCents)],
      );
      return true;
    },

    async reject(id: string): Promise<boolean> {
      const rejected = await database.query(
        "update orders set status = 'rejected' where id = $1 and status = 'pending' returning id",
        [id],
      );
      return rejected.length > 0;
    },

    async cancel(id: string, leaseMs: number): Promise<void> {
      await database.query(
        `update orders set status = 'cancelled', release_due = true, lease_until = clock_timestamp() + make_interval(secs => $2 / 1000.0)
          where id = $1 and status = 'confirmed'`,
        [id, leaseMs],
      );
    },

    /** Takes back a confirmation that nobody was told of; false when there is none to take back. */
    async revoke(id: string): Promise<boolean> {
      const revoked = await database.query(
        `update orders set status = 'rejected', release_due = true, lease_until = clock_timestamp()
          where id = $1 and status = 'confirmed' returning id`,
        [id],
      );
      return revoked.length > 0;
    },

    async markReleased(id: string): Promise<void> {
      await database.query('update orders set release_due = false where id = $1', [id]);
    },

    /** How many orders nobody works on although they are not settled, or still have stock to give back. */
    async countUnsettled(): Promise<number> {
      const [row] = await database.query<{ count: number }>(
        `select count(*) as count from orders
          where (status = 'pending' or release_due) and (release_due or lease_until <= clock_timestamp())`,
      );
      return row?.count ?? 0;
    },

    /**
     * Orders that a crash or a failed call left half-done, claimed for `leaseMs`: pending ones are decided (rejected), all
     * have stock to give back. Replicas skip each other's.
     */
    async claimUnsettled(limit: number, leaseMs: number): Promise<string[]> {
      const rows = await database.query<{ id: string }>(
        `update orders set status = case when status = 'pending' then 'rejected' else status end, release_due = true,
                lease_until = clock_timestamp() + make_interval(secs => $2 / 1000.0)
          where id in (
            select id from orders where (status = 'pending' or release_due) and lease_until <= clock_timestamp()
             order by lease_until limit $1 for update skip locked)
         returning id`,
        [limit, leaseMs],
      );
      return rows.map(({ id }) => id);
    },
  };
}

import type { Queryable } from '@shop/database';

/** Which requests were told of which order; see docs/adr/0004-revocations.md. */
export function createExecutionRepository(database: Queryable) {
  return {
    /** To be called before an execution tells its client of an order. False when the execution has been revoked. */
    async register(id: string, orderId: string): Promise<boolean> {
      const registered = await database.query(
        `insert into executions (id, order_id) values ($1, $2)
         on conflict (id) do update set order_id = excluded.order_id where not executions.is_revoked returning id`,
        [id, orderId],
      );
      return registered.length > 0;
    },

    /** From now on the execution cannot tell anyone of an order. Returns the order that it had registered for. */
    async revoke(id: string): Promise<string | undefined> {
      const [row] = await database.query<{ orderId: string | null }>(
        `insert into executions (id, is_revoked) values ($1, true)
         on conflict (id) do update set is_revoked = true returning order_id as "orderId"`,
        [id],
      );
      return row?.orderId ?? undefined;
    },

    /** Whether someone may have been told of the order. */
    async isOrderTold(orderId: string): Promise<boolean> {
      const [row] = await database.query('select 1 from executions where order_id = $1 and not is_revoked limit 1', [
        orderId,
      ]);
      return row !== undefined;
    },

    async deleteOld(ageHours: number, limit: number): Promise<void> {
      await database.query(
        `delete from executions where id in (
           select id from executions where created_at < now() - make_interval(hours => $1) order by created_at limit $2 for update skip locked)`,
        [ageHours, limit],
      );
    },
  };
}

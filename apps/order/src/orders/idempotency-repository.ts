import type { Queryable } from '@shop/database';
import type { Order } from '@shop/contracts';
import type { Refusal } from '../clients/product-client.ts';

/** What is stored of a final answer: an order, or the problem that refused it. */
export type StoredAnswer = { order: Order } | { refusal: Refusal };

export type KeyRecord = {
  fingerprint: Buffer;
  state: 'running' | 'open' | 'done';
  isLeased: boolean;
  orderId: string;
  answer: StoredAnswer | null;
};

export type KeyId = { userId: string; key: string };

export type IdempotencyRepository = ReturnType<typeof createIdempotencyRepository>;

export function createIdempotencyRepository(database: Queryable) {
  return {
    /** False when the key exists; waits for a transaction that is making it. */
    async insert(
      { userId, key }: KeyId,
      fields: { fingerprint: Buffer; attempt: string; orderId: string; leaseMs: number },
    ): Promise<boolean> {
      const inserted = await database.query(
        `insert into idempotency_keys (user_id, key, fingerprint, state, attempt, order_id, lease_until)
         values ($1, $2, $3, 'running', $4, $5, clock_timestamp() + make_interval(secs => $6 / 1000.0))
         on conflict do nothing returning key`,
        [userId, key, fields.fingerprint, fields.attempt, fields.orderId, fields.leaseMs],
      );
      return inserted.length > 0;
    },

    async lock({ userId, key }: KeyId): Promise<KeyRecord | undefined> {
      const [row] = await database.query<KeyRecord>(
        `select fingerprint, state, lease_until > clock_timestamp() as "isLeased", order_id as "orderId", answer
           from idempotency_keys where user_id = $1 and key = $2 for update`,
        [userId, key],
      );
      return row;
    },

    async takeOver(
      { userId, key }: KeyId,
      fields: { attempt: string; orderId: string; leaseMs: number },
    ): Promise<void> {
      await database.query(
        `update idempotency_keys set state = 'running', attempt = $3, order_id = $4, lease_until = clock_timestamp() + make_interval(secs => $5 / 1000.0)
          where user_id = $1 and key = $2`,
        [userId, key, fields.attempt, fields.orderId, fields.leaseMs],
      );
    },

    /** Stores the final answer for an order; the first one stays. */
    async finish({ userId, key }: KeyId, orderId: string, answer: StoredAnswer): Promise<void> {
      await database.query(
        `update idempotency_keys set state = 'done', answer = $4 where user_id = $1 and key = $2 and order_id = $3 and state <> 'done'`,
        [userId, key, orderId, JSON.stringify(answer)],
      );
    },

    /** After a failure that is not final: the next request with the key executes again. */
    async open({ userId, key }: KeyId, attempt: string): Promise<void> {
      await database.query(
        "update idempotency_keys set state = 'open' where user_id = $1 and key = $2 and attempt = $3 and state = 'running'",
        [userId, key, attempt],
      );
    },

    async lockOfOrder(orderId: string): Promise<void> {
      await database.query('select 1 from idempotency_keys where order_id = $1 for update', [orderId]);
    },

    /** Forgets an answer that nobody was given. */
    async reopen(orderId: string): Promise<void> {
      await database.query("update idempotency_keys set state = 'open', answer = null where order_id = $1", [orderId]);
    },

    async deleteOld(ageHours: number, limit: number): Promise<number> {
      const deleted = await database.query(
        `delete from idempotency_keys where (user_id, key) in (
           select user_id, key from idempotency_keys where created_at < now() - make_interval(hours => $1) order by created_at limit $2 for update skip locked)
         returning key`,
        [ageHours, limit],
      );
      return deleted.length;
    },
  };
}

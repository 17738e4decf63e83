import type { Database } from '@shop/database';
import { createIdempotencyRepository, type KeyId } from './idempotency-repository.ts';
import { createOrderRepository } from './order-repository.ts';

type Revocation = { orderId: string; attempt: string; keyId: KeyId | undefined };

export type Revocations = ReturnType<typeof createRevocations>;

/**
 * Confirmations whose COMMIT got no answer, and whose client therefore heard 503: they are taken back as soon as the
 * database answers again, unless a retry with the same key was told of the order meanwhile. In memory only: the process
 * would have to die as well, within the database's outage, for one to be missed.
 */
export function createRevocations(database: Database) {
  const pending = new Set<Revocation>();
  return {
    add: (revocation: Revocation): void => void pending.add(revocation),

    pending: (): number => pending.size,

    async run(): Promise<void> {
      for (const revocation of pending) {
        const { orderId, attempt, keyId } = revocation;
        await database.transaction(async (transaction) => {
          if (keyId !== undefined && !(await createIdempotencyRepository(transaction).revoke(keyId, orderId))) return;
          await createOrderRepository(transaction).revoke(orderId, attempt);
        });
        pending.delete(revocation);
      }
    },
  };
}

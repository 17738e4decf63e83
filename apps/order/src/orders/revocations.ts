import type { Database } from '@shop/database';
import { createExecutionRepository } from './execution-repository.ts';
import { createIdempotencyRepository } from './idempotency-repository.ts';
import { createOrderRepository } from './order-repository.ts';

export type Revocations = ReturnType<typeof createRevocations>;

/**
 * Takes back what executions confirmed whose clients heard 5xx, unless another execution with the same key told its own.
 * The gateway asks for it where no answer reached it; we ask ourselves where a COMMIT got no answer.
 */
export function createRevocations(database: Database) {
  const later = new Set<string>();

  async function revoke(executionId: string): Promise<void> {
    await database.transaction(async (transaction) => {
      const executions = createExecutionRepository(transaction);
      const keys = createIdempotencyRepository(transaction);
      const orderId = await executions.revoke(executionId);
      if (orderId === undefined) return;
      // Whoever repeats the answer holds this lock while it registers.
      await keys.lockOfOrder(orderId);
      if (await executions.isOrderTold(orderId)) return;
      if (await createOrderRepository(transaction).revoke(orderId)) await keys.reopen(orderId);
    });
  }

  return {
    revoke,
    /** For when the database does not answer: kept in memory until it does. */
    revokeLater: (executionId: string): void => void later.add(executionId),

    pending: (): number => later.size,

    async run(): Promise<void> {
      for (const executionId of later) {
        await revoke(executionId);
        later.delete(executionId);
      }
    },
  };
}

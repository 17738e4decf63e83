import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewOrder, Order, Reservation } from '@shop/contracts';
import { DatabaseUnavailable, type Database, type Queryable } from '@shop/database';
import { addLogFields, withoutCaller } from '@shop/service-kit/request-scope';
import { uuidV7 } from '@shop/service-kit/uuid-v7';
import type { CallContext, ProductClient, Refusal } from '../clients/product-client.ts';
import { problems } from '../problems.ts';
import { createExecutionRepository } from './execution-repository.ts';
import { fingerprint } from './fingerprint.ts';
import { createIdempotencyRepository, type KeyId, type StoredAnswer } from './idempotency-repository.ts';
import { createOrderRepository } from './order-repository.ts';
import { toOrder } from './order-view.ts';
import type { Revocations } from './revocations.ts';

export type PlaceOrder = (request: PlaceOrderRequest) => Promise<{ order: Order; isReplay: boolean }>;

export type PlaceOrderRequest = {
  userId: string;
  order: NewOrder;
  idempotencyKey: string | undefined;
  /** One per request of a client, whatever is tried again on the way to us. */
  executionId: string;
  context: CallContext;
};

type PlaceOrderOptions = { database: Database; products: ProductClient; revocations: Revocations };

/** What one execution of a request works on. */
type Execution = { attempt: string; orderId: string; keyId: KeyId | undefined; request: PlaceOrderRequest };

type Claim = Execution | { answer: StoredAnswer } | 'busy';

/** Longer than an execution usually takes; correctness does not hang on it: a second execution shares the order's id. */
export const leaseMs = 5000;
const answerMarginMs = 300;

/**
 * pending (committed) → reservation at the product service → confirmed or rejected (committed) → answer. Whatever breaks
 * in between leaves a pending order, which a retry with the same key finishes or the reconciler rejects.
 */
export function createPlaceOrder({ database, products, revocations }: PlaceOrderOptions): PlaceOrder {
  return async (request) => {
    try {
      return await place(request);
    } catch (error) {
      // We answer 503, so no order must stand, whichever commit it was and whether it happened or not.
      if (error instanceof DatabaseUnavailable && error.commitUnknown) revocations.revokeLater(request.executionId);
      throw error;
    }
  };

  async function place(request: PlaceOrderRequest): ReturnType<PlaceOrder> {
    const begun = await begin(request);
    noteOrder(begun);
    if ('answer' in begun) return { order: orderOf(begun.answer), isReplay: true };
    // What is begun is brought to its end, also when the caller leaves: half an order holds stock until it is reconciled.
    return withoutCaller(() => execute(begun, request));
  }

  async function execute(begun: Execution, request: PlaceOrderRequest): ReturnType<PlaceOrder> {
    try {
      const outcome = await products.reserve({ orderId: begun.orderId, items: request.order.items }, request.context);
      const answer =
        'refusal' in outcome ? await reject(begun, outcome.refusal) : await confirm(begun, outcome.reservation);
      return { order: orderOf(answer), isReplay: false };
    } catch (error) {
      const left = isFinal(error) ? undefined : leave(begun);
      // A database that has just kept the client waiting would do so once more.
      if (!(error instanceof DatabaseUnavailable)) await left;
      throw error;
    }
  }

  async function begin(request: PlaceOrderRequest): Promise<Execution | { answer: StoredAnswer }> {
    const { userId, idempotencyKey, context, order } = request;
    if (idempotencyKey === undefined) {
      const { id, createdAt } = uuidV7();
      await createOrderRepository(database).insertPending({ id, userId, createdAt, items: order.items, leaseMs });
      return { attempt: randomUUID(), orderId: id, keyId: undefined, request };
    }
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 200)) {
      const claimed = await claim({ userId, key: idempotencyKey }, request);
      if (claimed !== 'busy') return claimed;
      if (Date.now() + pauseMs + answerMarginMs > context.deadline) {
        throw problems.orderUnsettled({ detail: 'another request with this key is still under way' });
      }
      await sleep(pauseMs);
    }
  }

  /** Makes the key and its order in one transaction, or finds out how far another request came with it. */
  function claim(keyId: KeyId, request: PlaceOrderRequest): Promise<Claim> {
    const attempt = randomUUID();
    const { id, createdAt } = uuidV7();
    const print = fingerprint(request.order);
    return database
      .transaction<Claim>(async (transaction) => {
        const keys = createIdempotencyRepository(transaction);
        const orders = createOrderRepository(transaction);
        const insertOrder = () =>
          orders.insertPending({ id, userId: keyId.userId, createdAt, items: request.order.items, leaseMs });
        const existing = await keys.lock(keyId);
        if (existing === undefined) {
          await insertOrder();
          const isOurs = await keys.insert(keyId, { fingerprint: print, attempt, orderId: id, leaseMs });
          // The order of a lost race must not stay.
          if (!isOurs) throw new LostRace();
          return { attempt, orderId: id, keyId, request };
        }
        if (!existing.fingerprint.equals(print)) throw problems.idempotencyKeyReused();
        if (existing.state === 'done' && existing.answer !== null) {
          if ('order' in existing.answer) await tell(transaction, request.executionId, existing.answer.order.id);
          return { answer: existing.answer };
        }
        if (existing.state === 'running' && existing.isLeased) return 'busy';
        const isPending = (await orders.lockStatus(existing.orderId)) === 'pending';
        const orderId = isPending ? existing.orderId : id;
        if (isPending) await orders.extendLease(orderId, leaseMs);
        else await insertOrder();
        await keys.takeOver(keyId, { attempt, orderId, leaseMs });
        return { attempt, orderId, keyId, request };
      })
      .catch((error: unknown): Claim => {
        if (error instanceof LostRace) return 'busy';
        throw error;
      });
  }

  async function confirm({ orderId, keyId, request }: Execution, reservation: Reservation): Promise<StoredAnswer> {
    const totalCents = reservation.items.reduce(
      (sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents,
      0,
    );
    return database.transaction(async (transaction) => {
      const orders = createOrderRepository(transaction);
      await orders.confirm(orderId, { ...reservation, totalCents });
      const record = await orders.find(orderId);
      // Confirmed by another execution of the same key is as good; anything else means that the stock goes back.
      if (record?.status !== 'confirmed') throw problems.orderUnsettled();
      await tell(transaction, request.executionId, orderId);
      const answer = { order: toOrder(record) };
      if (keyId !== undefined) await createIdempotencyRepository(transaction).finish(keyId, orderId, answer);
      return answer;
    });
  }

  async function reject({ orderId, keyId }: Execution, refusal: Refusal): Promise<StoredAnswer> {
    const answer = { refusal };
    await database.transaction(async (transaction) => {
      await createOrderRepository(transaction).reject(orderId);
      if (keyId !== undefined) await createIdempotencyRepository(transaction).finish(keyId, orderId, answer);
    });
    return answer;
  }

  /** The outcome is unknown: lets a retry or the reconciler have the order at once. If this fails too, the lease runs out. */
  async function leave({ attempt, orderId, keyId }: Execution): Promise<void> {
    await database
      .transaction(async (transaction) => {
        await createOrderRepository(transaction).endLease(orderId);
        if (keyId !== undefined) await createIdempotencyRepository(transaction).open(keyId, attempt);
      })
      .catch(() => {});
  }
}

async function tell(transaction: Queryable, executionId: string, orderId: string): Promise<void> {
  if (!(await createExecutionRepository(transaction).register(executionId, orderId)))
    throw problems.orderUnsettled({ detail: 'the caller has given this request up' });
}

/** The order's id, by which its requests are found in the logs of all services. */
function noteOrder(begun: Execution | { answer: StoredAnswer }): void {
  if ('orderId' in begun) addLogFields({ orderId: begun.orderId });
  else if ('order' in begun.answer) addLogFields({ orderId: begun.answer.order.id });
}

class LostRace extends Error {}

function orderOf(answer: StoredAnswer): Order {
  if ('order' in answer) return answer.order;
  throw problems[answer.refusal.problem]({ detail: answer.refusal.detail });
}

function isFinal(error: unknown): boolean {
  const { problem } = error as { problem?: { status: number } };
  return problem !== undefined && problem.status < 500;
}

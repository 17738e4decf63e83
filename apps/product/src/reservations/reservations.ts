import type { NewReservation, Reservation } from '@shop/contracts';
import type { Database } from '@shop/database';
import { problems } from '../problems.ts';
import {
  createReservationRepository,
  type Refusal,
  type ReservationItems,
  type ReservationRepository,
  type StockRecord,
} from './reservation-repository.ts';

export type Reservations = ReturnType<typeof createReservations>;

/** The stock of orders. The first decision for an order is final: it is repeated to whoever asks again. */
export function createReservations(database: Database) {
  return {
    /** Takes the stock of an order, all or nothing. */
    async reserve({ orderId, items }: NewReservation): Promise<Reservation> {
      const result = await database.transaction(async (transaction) => {
        const repository = createReservationRepository(transaction);
        if (!(await repository.insert(orderId, 'reserved'))) return existing(repository, orderId);
        const stock = await repository.lockProducts(items.map(({ productId }) => productId));
        const refusal = refusalOf(items, stock);
        if (refusal !== undefined) {
          await repository.refuse(orderId, refusal);
          return refusal;
        }
        const taken = items.map(({ productId, quantity }) => ({
          productId,
          quantity,
          unitPriceCents: stock.get(productId)?.priceCents ?? 0,
        }));
        const [currency = ''] = [...stock.values()].map((product) => product.currency);
        await repository.take(orderId, currency, taken);
        return { orderId, currency, items: taken };
      });
      if ('problem' in result) throw problems[result.problem]({ detail: result.detail });
      return result;
    },

    /** Gives the stock back, once. An order that never reserved gets a mark that refuses a reservation that comes late. */
    release: (orderId: string): Promise<void> =>
      database.transaction(async (transaction) => {
        const repository = createReservationRepository(transaction);
        if (await repository.insert(orderId, 'released')) return;
        if (!(await repository.markReleased(orderId))) return;
        const items = await repository.items(orderId);
        await repository.lockProducts(items.map(({ productId }) => productId));
        await repository.giveBack(orderId);
      }),
  };
}

async function existing(repository: ReservationRepository, orderId: string): Promise<Reservation | Refusal> {
  const record = await repository.find(orderId);
  if (record?.status === 'refused') return record.refusal;
  if (record?.status !== 'reserved') throw problems.reservationReleased();
  return { orderId, currency: record.currency, items: await repository.items(orderId) };
}

function refusalOf(items: ReservationItems, stock: Map<string, StockRecord>): Refusal | undefined {
  const unknown = items.find(({ productId }) => !stock.has(productId));
  if (unknown !== undefined) return { problem: 'unknownProduct', detail: `there is no product ${unknown.productId}` };
  const currencies = new Set([...stock.values()].map(({ currency }) => currency));
  if (currencies.size > 1)
    return { problem: 'mixedCurrency', detail: `the products are priced in ${[...currencies].sort().join(' and ')}` };
  const short = items.find(({ productId, quantity }) => (stock.get(productId)?.stock ?? 0) < quantity);
  if (short !== undefined)
    return { problem: 'insufficientStock', detail: `there is not enough of product ${short.productId}` };
  return undefined;
}

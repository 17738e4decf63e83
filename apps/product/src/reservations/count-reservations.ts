import { countOutcomes, type Metrics } from '@shop/service-kit';
import type { Reservations } from './reservations.ts';

/** Reserving and releasing, counted by outcome. */
export function countReservations(metrics: Metrics, { reserve, release }: Reservations): Reservations {
  return {
    reserve: countOutcomes(reserve, {
      metrics,
      name: 'shop_reservations_total',
      help: 'Reservations by outcome',
      successes: ['reserved'],
      refusals: ['insufficient-stock', 'unknown-product', 'mixed-currency', 'reservation-released'],
    }),
    release: countOutcomes(release, {
      metrics,
      name: 'shop_reservation_releases_total',
      help: 'Requests to give reserved stock back by outcome',
      successes: ['released'],
      refusals: [],
    }),
  };
}

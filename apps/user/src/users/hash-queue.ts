import { FairQueue, refusals } from '@shop/fair-queue';
import { clientNetwork, currentCaller, type Metrics } from '@shop/service-kit';
import type { TakeTurn } from './password.ts';

type HashQueueOptions = {
  metrics: Metrics;
  /** Hashes at once. */
  concurrency: number;
  /** Most that wait, in all and of one client. */
  limit: number;
  clientLimit: number;
  /** As long as no more wait, they may do so until their deadlines. */
  calmLimit: number;
  /** Longest wait, ms, when more wait and more come than can be computed. */
  overloadedWaitMs: number;
};

export type HashQueue = {
  takeTurn: TakeTurn;
  /**
   * Does what comes before a hash, or throws as `takeTurn` would: the database is not asked on behalf of a client whose
   * hash is not computed anyway.
   */
  prepare: TakeTurn;
};

/** Sign-ins and registrations wait here for their hash: by turns of their clients, and not for callers who have left. */
export function createHashQueue({ metrics, ...limits }: HashQueueOptions): HashQueue {
  const waited = metrics.durations('shop_password_hash_wait_seconds', 'Time that a password waited to be hashed');
  const queue = new FairQueue({
    ...limits,
    observer: {
      started: (ms) => waited(ms / 1000),
      refused: metrics.outcomes(
        'shop_password_hash_refusals_total',
        'Passwords that were not hashed: the wait would have been too long, or was for nobody',
        refusals,
        'reason',
      ),
    },
  });
  metrics.gauge('shop_password_hash_queue_length', 'Passwords that wait to be hashed', () => queue.length);
  return {
    takeTurn: (hash, client) => queue.run(hash, clientNetwork(client), currentCaller()),
    prepare: (work, client) => queue.prepare(work, clientNetwork(client), currentCaller()),
  };
}

import { countOutcomes, type Metrics } from '@shop/service-kit';
import type { Sessions } from './sessions.ts';

/** Signing in, counted by outcome. */
export function countSignIns(metrics: Metrics, { open }: Sessions): Sessions {
  return {
    open: countOutcomes(open, {
      metrics,
      name: 'shop_sign_ins_total',
      help: 'Attempts to sign in by outcome',
      successes: ['succeeded'],
      refusals: ['invalid-credentials', 'too-many-attempts'],
    }),
  };
}

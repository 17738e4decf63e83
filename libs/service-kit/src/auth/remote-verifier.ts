import { randomUUID } from 'node:crypto';
import type { Metrics } from '../observability/metrics.ts';
import { createServiceClient } from '../http/service-client.ts';
import { traceContextFrom } from '../observability/trace-context.ts';
import type { Tracing } from '../observability/tracing.ts';
import { isKeySet } from './key-sets.ts';
import { RemoteKeySet } from './remote-key-set.ts';
import { TokenVerifier } from './token-verifier.ts';

type RemoteVerifierOptions = {
  userUrl: string;
  issuer: string;
  audience: string;
  metrics: Metrics;
  tracing?: Tracing | undefined;
};

const fetchTimeoutMs = 1500;
/** A service that starts while the user service is away still serves what needs no token. */
const patienceMs = 10_000;
/** Short: every wait for the keys of a pod that starts is on its way to Ready. */
const warmUpPauseMs = 200;

/**
 * A verifier whose keys are the user service's. `warmUp` begins to fetch them ahead of the first request; until they are
 * there, 10 s at most, `check` tells readiness so: a new pod is refused by the others until they know its address.
 */
export function createRemoteVerifier({ userUrl, issuer, audience, metrics, tracing }: RemoteVerifierOptions) {
  const client = createServiceClient({ service: 'user', baseUrl: userUrl, metrics, tracing });
  const keys = new RemoteKeySet(async () => {
    const { status, body } = await client.call({
      method: 'GET',
      path: '/.well-known/jwks.json',
      timeoutMs: fetchTimeoutMs,
      isIdempotent: true,
      // Shared by all requests that wait for it, so it belongs to none of them.
      context: { requestId: randomUUID(), trace: traceContextFrom(undefined), deadline: Date.now() + fetchTimeoutMs },
    });
    if (status !== 200) throw new Error(`the keys of access tokens cannot be had: ${status}`);
    if (!isKeySet(body)) throw new Error('the keys of access tokens cannot be had: the answer is no key set');
    return body;
  });
  let isWarmingUp = false;

  async function fetchPatiently(): Promise<void> {
    const until = performance.now() + patienceMs;
    while (isWarmingUp && performance.now() < until) {
      await keys.refresh(warmUpPauseMs).then(
        () => (isWarmingUp = false),
        () => {},
      );
    }
    isWarmingUp = false;
  }

  return {
    verifier: new TokenVerifier({ keys, issuer, audience }),
    async warmUp() {
      isWarmingUp = true;
      void fetchPatiently();
    },
    check: () => (isWarmingUp ? 'the keys of access tokens have not come yet' : undefined),
    close() {
      isWarmingUp = false;
      return client.close();
    },
  };
}

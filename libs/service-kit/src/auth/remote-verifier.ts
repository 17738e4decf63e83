import { randomUUID } from 'node:crypto';
import type { Metrics } from '../metrics.ts';
import { createServiceClient } from '../service-client.ts';
import { traceContextFrom } from '../trace-context.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { JsonWebKeySet } from './key-sets.ts';
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

/** A verifier whose keys are the user service's. `warmUp` fetches them ahead of the first request, if it can. */
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
    return body as JsonWebKeySet;
  });
  return {
    verifier: new TokenVerifier({ keys, issuer, audience }),
    warmUp: async () => {
      keys.refresh().catch(() => {});
    },
    close: () => client.close(),
  };
}

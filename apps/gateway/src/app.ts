import { createApp, createRemoteVerifier, createServer, serverTimeouts, type Service, type ServiceParts } from '@shop/service-kit';
import type { Static } from 'typebox';
import type { schema } from './config.ts';
import { createClientAddress } from './proxy/client-address.ts';
import { createProxy } from './proxy/proxy.ts';
import { createRateLimit } from './proxy/rate-limit.ts';
import { createUpstream } from './proxy/upstream.ts';
import { healthRoute } from './routes/health-route.ts';

type GatewayOptions = ServiceParts & { config: Readonly<Static<typeof schema>> };

export function buildGateway({ config, logger, metrics, readiness }: GatewayOptions): Service {
  const auth = createRemoteVerifier({
    userUrl: config.USER_URL,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    metrics,
  });
  const upstream = (name: string, baseUrl: string) => createUpstream({ name, baseUrl, timeoutMs: config.UPSTREAM_TIMEOUT_MS, metrics });
  const upstreams = {
    user: upstream('user', config.USER_URL),
    product: upstream('product', config.PRODUCT_URL),
    order: upstream('order', config.ORDER_URL),
  };
  const proxy = createProxy({
    upstreams,
    verifier: auth.verifier,
    userKey: config.USER_KEY,
    timeoutMs: config.UPSTREAM_TIMEOUT_MS,
    clientAddressOf: createClientAddress(config.TRUST_PROXY),
    rateLimit: createRateLimit(config.RATE_LIMIT_PER_MINUTE),
    logger,
    metrics,
    readiness,
  });
  const app = createApp({
    logger,
    metrics,
    readiness,
    title: 'gateway',
    serverFactory: (handler) =>
      createServer(serverTimeouts, (request, response) => {
        if (!proxy(request, response)) handler(request, response);
      }),
  });
  healthRoute(app, readiness);
  return {
    app,
    start: auth.warmUp,
    async close() {
      await Promise.all([auth.close(), ...Object.values(upstreams).map((one) => one.close())]);
    },
  };
}

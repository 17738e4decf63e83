import {
  createApp,
  createRemoteVerifier,
  createServer,
  createServiceClient,
  serverTimeouts,
  type Service,
  type ServiceParts,
} from '@shop/service-kit';
import type { Static } from 'typebox';
import type { schema } from './config.ts';
import { createMergedOpenApi } from './docs/merged-openapi.ts';
import { createClientAddress } from './proxy/client-address.ts';
import { createProxy } from './proxy/proxy.ts';
import { createRateLimit } from './proxy/rate-limit.ts';
import { createRevocations } from './proxy/revocations.ts';
import { createUpstream } from './proxy/upstream.ts';
import { docsRoutes } from './routes/docs-routes.ts';
import { healthRoute } from './routes/health-route.ts';

type GatewayOptions = ServiceParts & { config: Readonly<Static<typeof schema>> };

export async function buildGateway({ config, logger, metrics, tracing, readiness }: GatewayOptions): Promise<Service> {
  const auth = createRemoteVerifier({
    userUrl: config.USER_URL,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    metrics,
    tracing,
  });
  readiness.add('keys', auth.check);
  const upstream = (name: string, baseUrl: string) =>
    createUpstream({ name, baseUrl, timeoutMs: config.UPSTREAM_TIMEOUT_MS, metrics });
  const upstreams = {
    user: upstream('user', config.USER_URL),
    product: upstream('product', config.PRODUCT_URL),
    order: upstream('order', config.ORDER_URL),
  };
  const clients = {
    user: createServiceClient({ service: 'user', baseUrl: config.USER_URL, metrics, tracing }),
    product: createServiceClient({ service: 'product', baseUrl: config.PRODUCT_URL, metrics, tracing }),
    order: createServiceClient({ service: 'order', baseUrl: config.ORDER_URL, metrics, tracing }),
  };
  const revocations = createRevocations({ order: clients.order, orderKey: config.ORDER_KEY, logger });
  const proxy = createProxy({
    upstreams,
    verifier: auth.verifier,
    userKey: config.USER_KEY,
    orderKey: config.ORDER_KEY,
    revocations,
    timeoutMs: config.UPSTREAM_TIMEOUT_MS,
    clientAddressOf: createClientAddress(config.TRUST_PROXY),
    rateLimit: createRateLimit(config.RATE_LIMIT_PER_MINUTE),
    logger,
    metrics,
    tracing,
    readiness,
  });
  const app = await createApp({
    logger,
    metrics,
    tracing,
    readiness,
    serverFactory: (handler) =>
      createServer({ ...serverTimeouts, optimizeEmptyRequests: true }, (request, response) => {
        if (!proxy(request, response)) handler(request, response);
      }),
  });
  healthRoute(app, readiness);
  docsRoutes(app, createMergedOpenApi(clients), { hasPage: config.API_DOCS === 'on' });
  return {
    app,
    start: auth.warmUp,
    async close() {
      await revocations.close();
      const callers = [auth, ...Object.values(upstreams), ...Object.values(clients)];
      await Promise.all(callers.map((caller) => caller.close()));
    },
  };
}

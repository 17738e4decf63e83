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
import { ClientConnections } from './clients/client-connections.ts';
import type { schema } from './config.ts';
import { createMergedOpenApi } from './docs/merged-openapi.ts';
import { createOverload } from './overload.ts';
import { createClientAddress } from './proxy/client-address.ts';
import { ClientShares } from './proxy/client-shares.ts';
import { createProxy } from './proxy/proxy.ts';
import { createRateLimit } from './proxy/rate-limit.ts';
import { createRevocations } from './proxy/revocations.ts';
import { proxyRoutes } from './proxy/route-table.ts';
import { Upstream } from './proxy/upstream.ts';
import { checkRoutes, forEachUpstream, upstreamUrls } from './proxy/upstream-urls.ts';
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
  const overload = createOverload(metrics);
  const urls = upstreamUrls(config);
  checkRoutes(proxyRoutes, urls);
  const upstreams = forEachUpstream(
    urls,
    (name, baseUrl) =>
      new Upstream({
        name,
        baseUrl,
        timeoutMs: config.UPSTREAM_TIMEOUT_MS,
        connections: config.SERVICE_CONNECTIONS,
        queue: config.SERVICE_QUEUE,
        abortsPerSecond: config.SERVICE_ABORTS_PER_SECOND,
        mostHeld: config.CLIENT_HELD_BYTES,
        metrics,
        overload,
      }),
  );
  const clients = forEachUpstream(urls, (service, baseUrl) =>
    createServiceClient({ service, baseUrl, metrics, tracing }),
  );
  const revocations = createRevocations({ order: clients.order, orderKey: config.ORDER_KEY, logger });
  const proxy = createProxy({
    upstreams,
    verifier: auth.verifier,
    userKey: config.USER_KEY,
    orderKey: config.ORDER_KEY,
    revocations,
    overload,
    clientAddressOf: createClientAddress(config.TRUST_PROXY),
    shares: new ClientShares(config.CLIENT_SIGN_INS),
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
    serverFactory(handler) {
      const clients = new ClientConnections({
        limits: {
          connections: config.CLIENT_CONNECTIONS,
          pipeline: config.CLIENT_PIPELINE,
          readTimeoutMs: config.CLIENT_READ_TIMEOUT_MS,
          heldBytes: config.HELD_BYTES,
        },
        overload,
        serve(request, response, client) {
          if (!proxy.serve(request, response, client)) handler(request, response);
        },
        refuse: (request, response, error) => proxy.refuse(request, response, error),
      });
      metrics.gauge('gateway_client_connections', 'Open connections of clients', () => clients.count);
      metrics.gauge('gateway_held_bytes', 'Bytes of requests and answers held for clients', () => clients.heldBytes);
      const server = createServer(
        {
          ...serverTimeouts,
          headersTimeout: config.CLIENT_HEADERS_TIMEOUT_MS,
          requestTimeout: Math.max(config.CLIENT_HEADERS_TIMEOUT_MS, config.CLIENT_REQUEST_TIMEOUT_MS),
          connectionsCheckingInterval: 1000,
          optimizeEmptyRequests: true,
        },
        (request, response) => clients.admit(request, response),
      );
      clients.watch(server);
      return server;
    },
  });
  healthRoute(app, readiness);
  await docsRoutes(app, createMergedOpenApi(clients), { hasPage: config.API_DOCS === 'on' });
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

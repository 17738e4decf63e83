import type { AddressInfo } from 'node:net';
import { loadEnvironment } from '@slipway/config';
import { createParts } from '@shop/service-kit';
import {
  createApiClient,
  startUpstream,
  unreachableServices,
  type Upstream,
  type UpstreamHandler,
} from '@slipway/testing/http';
import { createIssuer } from '@slipway/testing/shop';
import { buildGateway } from '../src/app.ts';
import { schema } from '../src/config.ts';

export const userKey = 'u'.repeat(32);
export const orderKey = 'o'.repeat(32);

/** A gateway in front of stand-ins, one for each service, that answer with what they were asked. */
export async function startGateway(environment: Record<string, string> = {}) {
  const issuer = await createIssuer();
  const echo: UpstreamHandler = ({ method, url, body }, response) => {
    if (url === '/.well-known/jwks.json') return void response.end(JSON.stringify(issuer.jwks));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method, url, body }));
  };
  const started: Record<string, Upstream> = {};
  for (const key of Object.keys(unreachableServices(schema))) started[key] = await startUpstream(echo);
  const upstreams = { user: started.USER_URL!, product: started.PRODUCT_URL!, order: started.ORDER_URL! };
  const closeUpstreams = () => Promise.all(Object.values(started).map((upstream) => upstream.close()));
  const parts = createParts('gateway', 'silent');
  const given = {
    ...Object.fromEntries(Object.entries(started).map(([key, { url }]) => [key, url])),
    USER_KEY: userKey,
    ORDER_KEY: orderKey,
    ...environment,
  };
  // Left open, they would keep the test file from ending.
  const service = await listen(given, parts).catch(async (error: unknown) => {
    await closeUpstreams();
    throw error;
  });
  const { port } = service.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let stopping: Promise<void> | undefined;
  const stopGateway = () => (stopping ??= service.app.close().then(() => service.close?.()));
  return {
    ...parts,
    issuer,
    upstreams,
    echo,
    port,
    url,
    server: service.app.server,
    api: createApiClient(url),
    stopGateway,
    async stop() {
      // Clients of a test may have left requests unfinished.
      service.app.server.closeAllConnections();
      await stopGateway();
      await closeUpstreams();
    },
  };
}

async function listen(environment: Record<string, string>, parts: ReturnType<typeof createParts>) {
  const service = await buildGateway({ config: loadEnvironment(schema, environment), ...parts });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  return service;
}

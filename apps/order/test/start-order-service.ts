import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadEnvironment } from '@slipway/config';
import { migrate } from '@shop/database/migrate';
import { createParts, type Metrics, type Service } from '@shop/service-kit';
import { createApiClient, startUpstream, unreachableServices, type ApiClient } from '@slipway/testing/http';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';
import { createIssuer, type Issuer } from '@slipway/testing/shop';
import { buildOrderService } from '../src/app.ts';
import { schema } from '../src/config.ts';
import { FakeProducts } from './fake-products.ts';

export const gatewayKey = 'g'.repeat(32);

export type Replica = Service & { api: ApiClient; metrics: Metrics; stop(): Promise<void> };

export type OrderShop = {
  database: TestDatabase;
  databaseUrl: string;
  products: FakeProducts;
  issuer: Issuer;
  startReplica(): Promise<Replica>;
  stop(): Promise<void>;
};

/** A database, and stand-ins for the user and product services; replicas of the order service are started by the test. */
export async function startOrderShop(): Promise<OrderShop> {
  const database = await startTestDatabase();
  const issuer = await createIssuer();
  const user = await startUpstream((_request, response) => void response.end(JSON.stringify(issuer.jwks)));
  const products = await FakeProducts.start();
  const databaseUrl = await database.create();
  const migrations = fileURLToPath(new URL('../migrations/', import.meta.url));
  await migrate({ databaseUrl, folder: migrations, log: { info: () => {}, warn: () => {} } });
  const replicas: Replica[] = [];
  return {
    database,
    databaseUrl,
    products,
    issuer,
    async startReplica() {
      const config = loadEnvironment(schema, {
        ...unreachableServices(schema),
        DATABASE_URL: databaseUrl,
        USER_URL: user.url,
        PRODUCT_URL: products.url,
        PRODUCT_KEY: products.key,
        GATEWAY_KEY: gatewayKey,
        RESERVE_TIMEOUT_MS: '500',
      });
      const parts = createParts('order', 'silent');
      const service = await buildOrderService({ config, migrations, ...parts });
      await service.start?.();
      await service.app.listen({ port: 0, host: '127.0.0.1' });
      const api = createApiClient(`http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`);
      const replica: Replica = {
        ...service,
        api,
        metrics: parts.metrics,
        async stop() {
          replicas.splice(replicas.indexOf(replica), 1);
          await service.app.close();
          await service.close?.();
        },
      };
      replicas.push(replica);
      return replica;
    },
    async stop() {
      for (const replica of [...replicas]) await replica.stop();
      await Promise.all([user.close(), products.close()]);
      await database.close();
    },
  };
}

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadEnvironment } from '@slipway/config';
import { migrate } from '@shop/database/migrate';
import { createParts } from '@shop/service-kit';
import { createApiClient, startUpstream, unreachableServices } from '@slipway/testing/http';
import { startTestDatabase } from '@slipway/testing/postgres';
import { createIssuer } from '@slipway/testing/shop';
import { buildProductService } from '../src/app.ts';
import { schema } from '../src/config.ts';

export const orderKey = 'o'.repeat(32);
export const nextOrderKey = 'p'.repeat(32);

/** The service with a database of its own and a stand-in for the user service. */
export async function startProductService() {
  const database = await startTestDatabase();
  const issuer = await createIssuer();
  const user = await startUpstream((_request, response) => void response.end(JSON.stringify(issuer.jwks)));
  const databaseUrl = await database.create();
  const migrations = fileURLToPath(new URL('../migrations/', import.meta.url));
  await migrate({ databaseUrl, folder: migrations, log: { info: () => {}, warn: () => {} } });
  const config = loadEnvironment(schema, {
    ...unreachableServices(schema),
    DATABASE_URL: databaseUrl,
    USER_URL: user.url,
    ORDER_KEY: `${nextOrderKey},${orderKey}`,
  });
  const service = await buildProductService({ config, migrations, ...createParts('product', 'silent') });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
  return {
    api: createApiClient(url),
    issuer,
    database,
    adminToken: await issuer.token({ role: 'admin' }),
    async stop() {
      await service.app.close();
      await service.close?.();
      await user.close();
      await database.close();
    },
  };
}

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadEnvironment } from '@slipway/config';
import { migrate } from '@shop/database/migrate';
import { createParts, type Metrics, type Service } from '@shop/service-kit';
import { createApiClient, type ApiClient } from '@slipway/testing/http';
import { createIssuer } from '@slipway/testing/shop';
import { buildUserService } from '../src/app.ts';
import { schema } from '../src/config.ts';

export const admin = { email: 'Admin@Shop.example', password: 'admin-password-1' };
export const gatewayKey = 'g'.repeat(32);
const migrations = fileURLToPath(new URL('../migrations/', import.meta.url));

export async function migrateUserDatabase(databaseUrl: string): Promise<void> {
  await migrate({ databaseUrl, folder: migrations, log: { info: () => {}, warn: () => {} } });
}

/** One replica of the service on a free port. */
export async function startUserService(
  databaseUrl: string,
  signingKeys?: string,
  environment: Record<string, string> = {},
): Promise<Service & { api: ApiClient; url: string; metrics: Metrics }> {
  const config = loadEnvironment(schema, {
    DATABASE_URL: databaseUrl,
    SIGNING_KEYS: signingKeys ?? (await createIssuer('k1')).signingKeys,
    GATEWAY_KEY: `${'n'.repeat(32)},${gatewayKey}`,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    ...environment,
  });
  const parts = createParts('user', 'silent');
  const service = await buildUserService({ config, migrations, ...parts });
  await service.start?.();
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
  return { ...service, url, api: createApiClient(url), metrics: parts.metrics };
}

export async function stopService(service: Service): Promise<void> {
  await service.app.close();
  await service.close?.();
}

import { readdirSync } from 'node:fs';
import { createApiClient, createShopClient, type ShopClient } from '@shop/client';
import { freePort } from '@slipway/util/free-port';
import { startTestDatabase, type TestDatabase } from '../postgres/test-database.ts';
import { createIssuer } from '../shop/issuer.ts';
import { ServiceProcess } from './service-process.ts';

export type ServiceName = 'user' | 'product' | 'order' | 'gateway';

/** Its public API goes through the gateway. */
export type Shop = ShopClient & {
  url: string;
  ports: Record<ServiceName, { port: number; management: number }>;
  processes: Record<ServiceName, ServiceProcess>;
  database: TestDatabase;
  stop(): Promise<void>;
};

const admin = { email: 'admin@shop.example', password: 'admin-password-1' };
/** A port that nobody may listen at. */
const NOWHERE = 'http://127.0.0.1:1';
const apps = new URL('../../../../apps/', import.meta.url);
const names = ['user', 'product', 'order', 'gateway'] as const;

/**
 * All four services as processes, each with a database of its own in one throwaway server. `reach` may put something
 * between a service and its database.
 */
export async function startShop(
  environment: Record<string, string> = {},
  reach: (name: ServiceName, databaseUrl: string) => Promise<string> = async (_name, databaseUrl) => databaseUrl,
): Promise<Shop> {
  const database = await startTestDatabase();
  const ports = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, { port: await freePort(), management: await freePort() }] as const),
    ),
  ) as Shop['ports'];
  const keys = { user: 'u'.repeat(32), product: 'p'.repeat(32), order: 'o'.repeat(32) };
  const urls = {
    // Services that this shop does not start may still be called by those that it starts.
    ...Object.fromEntries(readdirSync(apps).map((name) => [`${name.toUpperCase().replaceAll('-', '_')}_URL`, NOWHERE])),
    USER_URL: address(ports.user.port),
    PRODUCT_URL: address(ports.product.port),
    ORDER_URL: address(ports.order.port),
  };
  const own: Record<ServiceName, Record<string, string>> = {
    user: {
      SIGNING_KEYS: (await createIssuer()).signingKeys,
      GATEWAY_KEY: keys.user,
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
    },
    product: { ORDER_KEY: keys.product },
    order: { PRODUCT_KEY: keys.product, GATEWAY_KEY: keys.order },
    gateway: { USER_KEY: keys.user, ORDER_KEY: keys.order },
  };
  const processes = {} as Shop['processes'];
  for (const name of names) {
    processes[name] = new ServiceProcess(name, {
      HOST: '127.0.0.1',
      PORT: String(ports[name].port),
      MANAGEMENT_PORT: String(ports[name].management),
      ...urls,
      ...(name === 'gateway' ? {} : { DATABASE_URL: await reach(name, await database.create()) }),
      ...own[name],
      ...environment,
    });
  }
  const stop = async () => {
    await Promise.all(names.map((name) => processes[name].stop('SIGKILL')));
    await database.close();
  };
  try {
    await Promise.all(names.filter((name) => name !== 'gateway').map((name) => processes[name].migrate()));
    await Promise.all(names.map((name) => processes[name].start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const url = address(ports.gateway.port);
  return { ...createShopClient(createApiClient(url), admin), url, ports, processes, database, stop };
}

function address(port: number): string {
  return `http://127.0.0.1:${port}`;
}

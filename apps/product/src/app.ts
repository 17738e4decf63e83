import { createDatabase, readinessChecks } from '@shop/database';
import {
  AcceptedKeys,
  createApp,
  createDatabaseObserver,
  createRemoteVerifier,
  currentCaller,
  type Service,
  type ServiceParts,
} from '@shop/service-kit';
import type { Static } from 'typebox';
import type { schema } from './config.ts';
import { createProductRepository } from './products/product-repository.ts';
import { createProducts } from './products/products.ts';
import { countReservations } from './reservations/count-reservations.ts';
import { createReservations } from './reservations/reservations.ts';
import { productRoutes } from './routes/product-routes.ts';
import { reservationRoutes } from './routes/reservation-routes.ts';

type ProductServiceOptions = ServiceParts & { config: Readonly<Static<typeof schema>>; migrations: string };

export async function buildProductService({
  config,
  migrations,
  logger,
  metrics,
  tracing,
  readiness,
}: ProductServiceOptions): Promise<Service> {
  const connection = { url: config.DATABASE_URL, applicationName: 'product', log: logger };
  const database = createDatabase({
    ...connection,
    poolSize: config.DATABASE_POOL_SIZE,
    observer: createDatabaseObserver({ metrics, tracing }),
    caller: currentCaller,
  });
  const health = readinessChecks({ ...connection, folder: migrations });
  for (const [name, check] of Object.entries(health.checks)) readiness.add(name, check);
  metrics.pool('product', database.connections);

  const auth = createRemoteVerifier({
    userUrl: config.USER_URL,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    metrics,
    tracing,
  });
  readiness.add('keys', auth.check);
  const app = await createApp({
    logger,
    metrics,
    readiness,
    tracing,
    internalKeys: new AcceptedKeys(config.ORDER_KEY),
    title: 'product',
  });
  productRoutes(app, { products: createProducts(createProductRepository(database)), verifier: auth.verifier });
  reservationRoutes(app, countReservations(metrics, createReservations(database)));
  return {
    app,
    start: auth.warmUp,
    async close() {
      await Promise.all([database.close(), health.close(), auth.close()]);
    },
  };
}

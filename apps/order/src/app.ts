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
import { createProductClient } from './clients/product-client.ts';
import type { schema } from './config.ts';
import { countOrders } from './orders/count-orders.ts';
import { createCancelOrder } from './orders/cancel-order.ts';
import { createOrderRepository } from './orders/order-repository.ts';
import { createPlaceOrder } from './orders/place-order.ts';
import { createReadOrders } from './orders/read-orders.ts';
import { createReconciler } from './orders/reconciler.ts';
import { createRevocations } from './orders/revocations.ts';
import { executionRoutes } from './routes/execution-routes.ts';
import { orderRoutes } from './routes/order-routes.ts';

type OrderServiceOptions = ServiceParts & { config: Readonly<Static<typeof schema>>; migrations: string };

export async function buildOrderService({
  config,
  migrations,
  logger,
  metrics,
  tracing,
  readiness,
}: OrderServiceOptions): Promise<Service> {
  const connection = { url: config.DATABASE_URL, applicationName: 'order', log: logger };
  const database = createDatabase({
    ...connection,
    poolSize: config.DATABASE_POOL_SIZE,
    observer: createDatabaseObserver({ metrics, tracing }),
    caller: currentCaller,
  });
  const health = readinessChecks({ ...connection, folder: migrations });
  for (const [name, check] of Object.entries(health.checks)) readiness.add(name, check);
  metrics.pool('order', database.connections);

  const auth = createRemoteVerifier({
    userUrl: config.USER_URL,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    metrics,
    tracing,
  });
  readiness.add('keys', auth.check);
  const products = createProductClient({
    baseUrl: config.PRODUCT_URL,
    key: config.PRODUCT_KEY,
    timeoutMs: config.RESERVE_TIMEOUT_MS,
    metrics,
    tracing,
  });
  const revocations = createRevocations(database);
  const reconciler = createReconciler({
    database,
    products,
    revocations,
    metrics,
    log: logger,
    tracing,
  });

  const gatewayKeys = new AcceptedKeys(config.GATEWAY_KEY);
  const app = await createApp({ logger, metrics, readiness, tracing, internalKeys: gatewayKeys, title: 'order' });
  orderRoutes(app, {
    ...countOrders(metrics, {
      placeOrder: createPlaceOrder({ database, products, revocations }),
      cancelOrder: createCancelOrder({ database, products }),
    }),
    readOrders: createReadOrders(createOrderRepository(database)),
    gatewayKeys,
    verifier: auth.verifier,
  });
  executionRoutes(app, revocations);
  return {
    app,
    async start() {
      await auth.warmUp();
      reconciler.start();
    },
    async close() {
      await reconciler.stop();
      await Promise.all([database.close(), health.close(), products.close(), auth.close()]);
    },
  };
}

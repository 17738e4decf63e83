import { createDatabase, readinessChecks } from '@shop/database';
import {
  AcceptedKeys,
  createApp,
  createDatabaseObserver,
  currentCaller,
  TokenVerifier,
  type Service,
  type ServiceParts,
} from '@shop/service-kit';
import type { Static } from 'typebox';
import type { schema } from './config.ts';
import { jwksRoutes } from './routes/jwks-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { countSignIns } from './sessions/count-sign-ins.ts';
import { createLoginLimit } from './sessions/login-limit.ts';
import { createSessions } from './sessions/sessions.ts';
import { readSigningKeys } from './sessions/signing-keys.ts';
import { createTokenSigner } from './sessions/token-signer.ts';
import { ensureAdmin } from './users/ensure-admin.ts';
import { createHashQueue } from './users/hash-queue.ts';
import { createPasswords } from './users/password.ts';
import { createUserRepository } from './users/user-repository.ts';
import { createUsers } from './users/users.ts';

type UserServiceOptions = ServiceParts & { config: Readonly<Static<typeof schema>>; migrations: string };

export async function buildUserService({
  config,
  migrations,
  logger,
  metrics,
  tracing,
  readiness,
}: UserServiceOptions): Promise<Service> {
  const keys = await readSigningKeys(config.SIGNING_KEYS);
  const connection = { url: config.DATABASE_URL, applicationName: 'user', log: logger };
  const database = createDatabase({
    ...connection,
    poolSize: config.DATABASE_POOL_SIZE,
    observer: createDatabaseObserver({ metrics, tracing }),
    caller: currentCaller,
  });
  const health = readinessChecks({ ...connection, folder: migrations });
  for (const [name, check] of Object.entries(health.checks)) readiness.add(name, check);
  metrics.pool('user', database.connections);

  // Each sign-in and registration asks two or three times: whoever wants something else has the next connection all the same.
  const crowds = database.lane('sign-ins');
  const repository = createUserRepository(database, crowds);
  const hashQueue = createHashQueue({
    metrics,
    concurrency: config.HASH_CONCURRENCY,
    limit: config.HASH_QUEUE_LIMIT,
    clientLimit: config.HASH_QUEUE_CLIENT_LIMIT,
    calmLimit: config.HASH_QUEUE_CALM_LIMIT,
    overloadedWaitMs: config.HASH_QUEUE_WAIT_MS,
  });
  const passwords = createPasswords(hashQueue.takeTurn);
  const users = createUsers({ repository, passwords, hashQueue });
  const sessions = createSessions({
    users: repository,
    passwords,
    hashQueue,
    limit: createLoginLimit(crowds),
    signToken: createTokenSigner({
      key: keys.signing,
      issuer: config.TOKEN_ISSUER,
      audience: config.TOKEN_AUDIENCE,
      lifetimeS: config.TOKEN_LIFETIME_S,
    }),
    lifetimeS: config.TOKEN_LIFETIME_S,
  });
  const verifier = new TokenVerifier({
    keys: keys.keySet,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
  });

  const app = await createApp({ logger, metrics, readiness, tracing, title: 'user' });
  const gatewayKeys = new AcceptedKeys(config.GATEWAY_KEY);
  userRoutes(app, { users, verifier, gatewayKeys });
  sessionRoutes(app, { sessions: countSignIns(metrics, sessions), gatewayKeys });
  jwksRoutes(app, keys.published);
  return {
    app,
    start: () =>
      ensureAdmin({
        repository,
        passwords,
        email: config.ADMIN_EMAIL,
        password: config.ADMIN_PASSWORD,
        log: logger,
        isStopping: () => readiness.isDraining,
      }),
    async close() {
      await Promise.all([database.close(), health.close()]);
    },
  };
}

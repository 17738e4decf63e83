import {
  acceptedKey,
  environment,
  generatedPassword,
  integer,
  keyPair,
  poolSize,
  postgres,
  serviceKeys,
  text,
} from '@shop/config';

export const schema = environment({
  ...serviceKeys({ localPort: 3001, localManagementPort: 9301 }),
  DATABASE_URL: postgres(),
  DATABASE_POOL_SIZE: poolSize(),
  SIGNING_KEYS: keyPair({ lifetime: 'TOKEN_LIFETIME_S' }),
  TOKEN_ISSUER: text({ description: 'iss of every token', default: 'slipway-shop' }),
  TOKEN_AUDIENCE: text({ description: 'aud of every token', default: 'slipway-shop' }),
  TOKEN_LIFETIME_S: integer({ description: 'lifetime of a token, seconds', default: 900, minimum: 1 }),
  GATEWAY_KEY: acceptedKey('gateway'),
  // libuv has four threads: two stay for host names and files, and more than two hashes at once gain nothing where other
  // pods share the cores. Each takes 16 MB.
  HASH_CONCURRENCY: integer({ description: 'passwords that are hashed at once', default: 2, minimum: 1, maximum: 3 }),
  // Fewer than the connections that a gateway opens to a service, so that those who wait never keep other routes out.
  HASH_QUEUE_LIMIT: integer({
    description: 'most sign-ins and registrations that wait for their hash',
    default: 96,
    minimum: 1,
  }),
  // Half, so that no client fills the queue; some seconds of work, which its deadlines allow a burst.
  HASH_QUEUE_CLIENT_LIMIT: integer({
    description: 'most sign-ins and registrations of one client that wait for their hash',
    default: 48,
    minimum: 1,
  }),
  // A flood may take a second of everybody's patience and no more: a client that gives up after two still has its answer,
  // and so long after the flood a sign-in is as quick as ever.
  HASH_QUEUE_WAIT_MS: integer({
    description: 'longest wait for a hash that is begun while more come than can be computed, ms',
    default: 1000,
    minimum: 0,
  }),
  // A second of work on two quiet cores. Where a hash takes longer, a few people at once are still no flood.
  HASH_QUEUE_MINIMUM: integer({
    description: 'so many may wait for their hash all the same, however long it takes',
    default: 12,
    minimum: 0,
  }),
  ADMIN_EMAIL: text({
    description: 'email of the admin that the first start creates',
    secret: true,
    dev: 'admin@shop.example',
  }),
  ADMIN_PASSWORD: generatedPassword({ description: 'password of that admin' }),
});

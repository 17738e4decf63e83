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
} from '@slipway/config';

export const schema = environment({
  ...serviceKeys({ localPort: 3001, localManagementPort: 9301 }),
  DATABASE_URL: postgres(),
  DATABASE_POOL_SIZE: poolSize(),
  SIGNING_KEYS: keyPair({ lifetime: 'TOKEN_LIFETIME_S' }),
  TOKEN_ISSUER: text({ description: 'iss of every token', default: 'slipway-shop' }),
  TOKEN_AUDIENCE: text({ description: 'aud of every token', default: 'slipway-shop' }),
  TOKEN_LIFETIME_S: integer({ description: 'lifetime of a token, seconds', default: 900, minimum: 1 }),
  GATEWAY_KEY: acceptedKey('gateway'),
  // Each takes a core, 16 MB and one of libuv's four threads, which also look up host names and read files. On two cores a
  // second one makes the reads beside a flood of sign-ins wait four to nine times as long (npm run bench:sign-in); where a
  // pod may use more cores it adds as much again.
  HASH_CONCURRENCY: integer({ description: 'passwords that are hashed at once', default: 1, minimum: 1, maximum: 3 }),
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
  // A few people at once are no flood, however long a hash takes: some seconds of work on a busy machine.
  HASH_QUEUE_CALM_LIMIT: integer({
    description: 'so many sign-ins and registrations may wait until their deadlines, as long as none gives up',
    default: 16,
    minimum: 1,
  }),
  // Who is refused hears so within a second, and who is served has not given up by then.
  HASH_QUEUE_WAIT_MS: integer({
    description: 'longest wait for a hash while more wait and more come than can be computed, ms',
    default: 900,
    minimum: 0,
  }),
  ADMIN_EMAIL: text({
    description: 'email of the admin that the first start creates',
    secret: true,
    dev: 'admin@shop.example',
  }),
  ADMIN_PASSWORD: generatedPassword({ description: 'password of that admin' }),
});

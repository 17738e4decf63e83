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
  ADMIN_EMAIL: text({
    description: 'email of the admin that the first start creates',
    secret: true,
    dev: 'admin@shop.example',
  }),
  ADMIN_PASSWORD: generatedPassword({ description: 'password of that admin' }),
});

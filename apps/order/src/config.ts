import {
  acceptedKey,
  environment,
  integer,
  poolSize,
  postgres,
  service,
  serviceKeys,
  sharedKey,
  text,
} from '@slipway/config';

export const schema = environment({
  ...serviceKeys({ localPort: 3003, localManagementPort: 9303 }),
  DATABASE_URL: postgres(),
  DATABASE_POOL_SIZE: poolSize(),
  USER_URL: service('user'),
  PRODUCT_URL: service('product'),
  PRODUCT_KEY: sharedKey('product'),
  GATEWAY_KEY: acceptedKey('gateway'),
  TOKEN_ISSUER: text({ description: 'iss that a token must have', default: 'slipway-shop' }),
  TOKEN_AUDIENCE: text({ description: 'aud that a token must have', default: 'slipway-shop' }),
  RESERVE_TIMEOUT_MS: integer({
    description: 'deadline of one reservation call, ms',
    default: 1500,
    minimum: 100,
  }),
});

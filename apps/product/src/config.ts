import { acceptedKey, environment, poolSize, postgres, service, serviceKeys, text } from '@slipway/config';

export const schema = environment({
  ...serviceKeys({ localPort: 3002, localManagementPort: 9302 }),
  DATABASE_URL: postgres(),
  DATABASE_POOL_SIZE: poolSize(),
  USER_URL: service('user'),
  TOKEN_ISSUER: text({ description: 'iss that a token must have', default: 'slipway-shop' }),
  TOKEN_AUDIENCE: text({ description: 'aud that a token must have', default: 'slipway-shop' }),
  ORDER_KEY: acceptedKey('order'),
});

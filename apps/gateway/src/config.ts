import { environment, integer, oneOf, service, serviceKeys, sharedKey, text } from '@shop/config';

export const schema = environment({
  ...serviceKeys({ localPort: 3000, localManagementPort: 9300 }),
  USER_URL: service('user'),
  PRODUCT_URL: service('product'),
  ORDER_URL: service('order'),
  USER_KEY: sharedKey('user'),
  ORDER_KEY: sharedKey('order'),
  TOKEN_ISSUER: text({ description: 'iss that a token must have', default: 'slipway-shop' }),
  TOKEN_AUDIENCE: text({ description: 'aud that a token must have', default: 'slipway-shop' }),
  TRUST_PROXY: text({
    description: 'addresses or CIDR ranges, separated by commas, whose X-Forwarded-For is believed; empty: nobody',
    default: '',
    minLength: 0,
  }),
  RATE_LIMIT_PER_MINUTE: integer({
    description: 'requests of one client in a minute, at each replica; 0: no limit',
    default: 0,
    minimum: 0,
  }),
  API_DOCS: oneOf(['on', 'off'], { description: 'whether the page /docs is served', default: 'on' }),
  UPSTREAM_TIMEOUT_MS: integer({ description: 'deadline of one proxied request, ms', default: 10_000, minimum: 100 }),
});

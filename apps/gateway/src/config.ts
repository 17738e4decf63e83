import { environment, integer, oneOf, service, serviceKeys, sharedKey, text } from '@slipway/config';

const mebibyte = 1024 * 1024;

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
  UPSTREAM_TIMEOUT_MS: integer({
    description:
      'deadline of one proxied request, ms, from its wait for the service to the last byte of the answer, with all that is tried again: clients give up after about as long',
    default: 10_000,
    minimum: 100,
  }),
  SERVICE_CONNECTIONS: integer({
    description:
      'requests that one service works on at once for this process, each on a connection of its own: more would wait in the service, where neither deadline nor departure reaches them',
    default: 128,
    minimum: 1,
  }),
  SERVICE_QUEUE: integer({
    description:
      'requests that wait for one service, then 503: twice its connections, so that the last in line is answered in three times the usual time',
    default: 256,
    minimum: 0,
  }),
  SERVICE_ABORTS_PER_SECOND: integer({
    description:
      'requests of departed clients that are cut off at one service in a second, each at the price of a connection: a quarter of them, so that a crowd that leaves does not cost all; the rest runs to its end unheard',
    default: 32,
    minimum: 0,
  }),
  CLIENT_CONNECTIONS: integer({
    description:
      'open connections of clients: each takes 10 to 30 KiB of the 256 MiB that the pod may have; the one that has been idle longest makes room for a new one',
    default: 4000,
    minimum: 1,
  }),
  CLIENT_PIPELINE: integer({
    description:
      'requests of one connection that are taken before the first is answered: they are served one after the other, so more gain nothing; one more is 503 and closes the connection',
    default: 32,
    minimum: 1,
  }),
  CLIENT_SIGN_INS: integer({
    description:
      'sign-ins and registrations of one client that are under way at once: as many as one user service lets wait (HASH_QUEUE_CLIENT_LIMIT); one more is 503 before it costs that service anything',
    default: 48,
    minimum: 1,
  }),
  CLIENT_HEADERS_TIMEOUT_MS: integer({
    description: 'time for the head of a request, from the first byte or the new connection on, ms: it fits one packet',
    default: 10_000,
    minimum: 100,
  }),
  CLIENT_REQUEST_TIMEOUT_MS: integer({
    description: 'time for a whole request with its body, ms: 64 KiB through a bad mobile network',
    default: 30_000,
    minimum: 100,
  }),
  CLIENT_READ_TIMEOUT_MS: integer({
    description:
      'time in which a client takes 64 KiB of what stands ready for it, or all of it, ms: slower readers only hold memory and are cut off',
    default: 10_000,
    minimum: 100,
  }),
  CLIENT_HELD_BYTES: integer({
    description:
      'bytes of an answer that are taken in for a client that reads more slowly than the service writes: more than any answer of our services, so that no reader holds up a service',
    default: mebibyte,
    minimum: 65_536,
  }),
  HELD_BYTES: integer({
    description:
      'bytes of requests and answers that are held for all clients together: what the 256 MiB of the pod leave beside code, heap and connections; beyond it whoever held most for longest is cut off',
    default: 32 * mebibyte,
    minimum: mebibyte,
  }),
});

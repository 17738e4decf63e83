import type { Static } from 'typebox';

export const KEYWORD = 'x-slipway';

/**
 * JSON Schema of what the keyword says of one key of the environment, one form for each `kind`:
 *
 * - `plain`: a setting. `secret` moves it from the ConfigMap to the Secret; `dev` is its value on kind and on this
 *   machine where production must choose one; `local` is its value for a process on this machine only; `isPoolSize` marks
 *   the size of the database pool, which slipway multiplies by the pods.
 * - `service-url`: the base URL of another service; an edge of the graph.
 * - `postgres-url`: the URL of the service's own database; makes the database, with so many connections.
 * - `generated-password`, `key-pair`: generated once, where no value exists yet. `lifetime`: the key of the same
 *   environment that says for how many seconds a signature counts; so long a rotated key stays published.
 * - `shared-key`: the caller's end of a service-to-service key, one value. `accepted-key`: the callee's end, up to two
 *   values separated by a comma, so that a key can be rotated.
 */
export const slipwayKeyword = {
  anyOf: [
    {
      type: 'object',
      properties: {
        kind: { const: 'plain' },
        secret: { type: 'boolean' },
        dev: { type: 'string' },
        local: { type: 'string' },
        isPoolSize: { type: 'boolean' },
      },
      required: ['kind'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { kind: { const: 'service-url' }, service: { type: 'string', minLength: 1 } },
      required: ['kind', 'service'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { kind: { const: 'postgres-url' }, maxConnections: { type: 'integer', minimum: 1 } },
      required: ['kind'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { kind: { const: 'generated-password' }, length: { type: 'integer', minimum: 12 } },
      required: ['kind', 'length'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: {
        kind: { const: 'key-pair' },
        algorithm: { const: 'ES256' },
        lifetime: { type: 'string', minLength: 1 },
      },
      required: ['kind', 'algorithm', 'lifetime'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { kind: { const: 'shared-key' }, service: { type: 'string', minLength: 1 } },
      required: ['kind', 'service'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { kind: { const: 'accepted-key' }, service: { type: 'string', minLength: 1 } },
      required: ['kind', 'service'],
      additionalProperties: false,
    },
  ],
} as const;

export type SlipwayKeyword = Static<typeof slipwayKeyword>;

/**
 * What the JSON Schema keyword `x-slipway` says of one key of the environment. Plain data: slipway reads it from the
 * schema without importing this package.
 *
 * - `plain`: a setting. `secret` moves it from the ConfigMap to the Secret; `dev` is its value on kind and on this
 *   machine where production must choose one; `local` is its value for a process on this machine only; `isPoolSize` marks
 *   the size of the database pool, which slipway multiplies by the pods.
 * - `service-url`: the base URL of another service; an edge of the graph.
 * - `postgres-url`: the URL of the service's own database; makes the database, with so many connections.
 * - `generated-password`, `key-pair`: made up once, where no value exists yet. `lifetime`: the key of the same
 *   environment that says for how many seconds a signature counts; so long a rotated key stays published.
 * - `shared-key`: the caller's end of an edge key, one value. `accepted-key`: the callee's end, up to two values
 *   separated by a comma, so that a key can be rotated.
 */
export type SlipwayKeyword =
  | { kind: 'plain'; secret: boolean; dev?: string; local?: string; isPoolSize?: boolean }
  | { kind: 'service-url'; service: string }
  | { kind: 'postgres-url'; maxConnections: number }
  | { kind: 'generated-password'; length: number }
  | { kind: 'key-pair'; algorithm: 'ES256'; lifetime: string }
  | { kind: 'shared-key'; service: string }
  | { kind: 'accepted-key'; service: string };

/** How a key of the environment gets its value: the schema's `x-slipway` keyword, as slipway understands it. */
export type KeySource =
  | { kind: 'plain'; dev?: string; local?: string; isPoolSize?: boolean }
  | { kind: 'service-url'; service: string }
  | { kind: 'postgres-url'; maxConnections?: number }
  | { kind: 'generated-password'; length: number }
  | { kind: 'key-pair'; algorithm: 'ES256'; lifetime: string }
  | { kind: 'shared-key'; service: string }
  | { kind: 'accepted-key'; service: string };

/** One key of a service's environment. `default` is written as the environment would hold it. */
export type KeySpec = {
  name: string;
  description: string;
  secret: boolean;
  source: KeySource;
  default?: string;
  /** JSON Schema of a value, once it is parsed. */
  schema?: object;
};

/** What a service declares of itself in `src/config.ts`. */
export type ServiceSpec = {
  name: string;
  /** Folder relative to the workspace, e.g. `apps/order`. */
  root: string;
  configFile: string;
  keys: KeySpec[];
  hasDatabase: boolean;
  /** The services it calls, sorted: the edges of every graph. */
  calls: string[];
};

import type { SlipwayKeyword } from '@slipway/keyword';

/** How a key of the environment gets its value. */
export type KeySource = SlipwayKeyword;

/** One key of a service's environment. `default` is written as the environment would hold it. */
export type KeySpec = {
  name: string;
  description: string;
  secret: boolean;
  source: KeySource;
  default?: string;
  /** The service does without a value, and nothing gives it one. */
  optional?: true;
  /** JSON Schema of a value, once it is parsed. */
  schema?: object;
};

/** Routes on a service's own port that say how it is; 200 is well. Absent ones: that it listens has to do. */
export type HealthRoutes = { ready?: string; live?: string };

/** What a service declares of itself in `src/config.ts` or `slipway.yaml`. */
export type ServiceSpec = {
  name: string;
  /** Folder relative to the workspace, e.g. `apps/order`. */
  root: string;
  configFile: string;
  keys: KeySpec[];
  hasDatabase: boolean;
  /** Absent for a service with a management port, which has slipway's routes. */
  http?: HealthRoutes;
  /** The services it calls, sorted: the edges of every graph. */
  calls: string[];
};

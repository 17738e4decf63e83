import type { SlipwayKeyword } from '@slipway/keyword';
import type { BuildChoice, RunChoice } from './build-choice.ts';
import type { DatabaseChoice } from './database-choice.ts';

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

/**
 * Routes that say how a service is; 200 is well. Absent ones: that it listens has to do. `port` and `management` are the
 * keys of the environment that hold its port (PORT) and, where the routes have one to themselves, that one.
 */
export type HealthRoutes = { ready?: string; live?: string; port?: string; management?: string };

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
  /** Absent: slipway bundles `src/main.ts`. */
  build?: BuildChoice;
  /** Absent: as it is built. */
  run?: RunChoice;
  /** Absent: its migrations are slipway's own. `hasDatabase` says whether slipway runs the database. */
  database?: DatabaseChoice;
  /** The services it calls, sorted: the edges of every graph. */
  calls: string[];
};

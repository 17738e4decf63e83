import type { BuildChoice, RunChoice } from '../../services/build-choice.ts';
import type { Environment } from '../../services/resolve-environments.ts';

/** A service as this machine runs it. */
export type LocalService = {
  name: string;
  /** Folder relative to the workspace. */
  root: string;
  /** What declares its environment, relative to the workspace. */
  configFile: string;
  calls: string[];
  environment: Environment;
  host: string;
  /** How its build and its slipway.yaml have it run; see local-program.ts. */
  build?: BuildChoice;
  run?: RunChoice;
  /** The keys that hold a port it listens on: its own, and that of its management routes if it has one. */
  ports: { key: string; port: number }[];
  url: string;
  /** Where it answers how it is: its management port, or the only one that it has. */
  managementUrl: string;
  /** Route there that answers 200 once it is ready; absent: any answer will do. */
  readyRoute?: string;
  /** Absent where it has none, or where DATABASE_URL points to one of the user's own. */
  database?: LocalDatabase;
  /** Keys that a person signs in with. */
  credentials: string[];
  /** File that holds them, relative to the workspace or absolute. */
  secretsFile: string;
};

export type LocalDatabase = {
  dir: string;
  port: number;
  user: string;
  password: string;
  /** The key of the environment that holds its URL. */
  databaseKey: string;
};

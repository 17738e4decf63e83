import type { controlService } from '../../dev/local/control-service.ts';
import type { LocalService } from '../../dev/local/local-service.ts';

/** A stack that `npm start` runs on this machine. */
export type LocalStack = {
  workspaceRoot: string;
  /** Where its journals are. */
  dataDir: string;
  /** Where its log files are, below the workspace. */
  logFolder: string;
  /** Its name, if it has one. */
  stack?: string;
  /** The services as this machine runs them. */
  services: () => Promise<LocalService[]>;
  /** Sends requests to services; absent if the run accepts none. */
  control?: typeof controlService;
  /** Where the page's runs are kept, if they are. */
  runsFolder?: string;
};

import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import type { Plan } from './plan.ts';

export type StackOptions = {
  workspaceRoot: string;
  /**
   * `default`: the declared ports, data in `.slipway/local`, secrets in `apps/X/.env`. `free`: free ports,
   * data and secrets that `stop` deletes; runs beside another stack.
   */
  ports: 'default' | 'free';
  /** Whether an edit restarts the services that it concerns. */
  watch: boolean;
  /** Whether the others go on when one has failed for good; when all have, the stack's use ends. */
  othersGoOn: boolean;
  /** Names of the services; default: all of the workspace. */
  only?: string[];
  /** Name of a stack with data of its own; see `localDataDir`. */
  stack?: string;
  /** Whether every service opens a port for a debugger; they are told. */
  inspect?: boolean;
  /** Added to the environment of each service that names no collector of its own. */
  telemetry?: Record<string, string>;
  /** What people typed, for those who want to start the same services: `npm start`. */
  command: string;
  output: (names: string[]) => Output;
};

export type Stack = {
  /** Where its data and journals are. */
  dataDir: string;
  /** In the order of their calls: callees first. */
  services: LocalService[];
  /** The same services with the environments that they would get now; writes nothing. */
  look: Plan;
  output: Output;
  /** Whether every service got ready; settles when each is ready or has failed. */
  ready: Promise<boolean>;
  /** Settles with the name of a service that failed for good (in watch mode: only of what no edit heals) and ends all. */
  failed: Promise<string>;
  /** Stops callers before what they call, then the databases; resolves when no process is left. */
  stop(): Promise<void>;
  /** Kills the services at once; the databases shut down when this process ends. */
  kill(): void;
};

import type { RunningPostgres } from '@slipway/embedded-postgres';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import type { JournalWriter } from './service-journal.ts';
import type { Host } from './start-attempt.ts';

export type RunningService = {
  /** Whether the first start went well; settles in either case. */
  started: Promise<boolean>;
  /** Starts it anew, because of these files; the old process serves until the new one is ready. `service`: as it is now. */
  restart(paths: string[], service: LocalService): void;
  /** Stops it with its database, deletes the data, starts both anew. Resolves once the data are gone. */
  reset(): Promise<void>;
  /** Starts it anew, or again after `pause`, as it is on disk. Resolves once it serves; rejects when it does not. */
  startAnew(): Promise<void>;
  /** Stops its process until `startAnew`; its database keeps running. Resolves once the process has ended. */
  pause(): Promise<void>;
  stopService(): Promise<void>;
  /** Only after `stopService`. */
  stopDatabase(): Promise<void>;
};

export type RunOptions = {
  service: LocalService;
  host: Host;
  output: Output;
  /** Told of every state. */
  journal: JournalWriter;
  startDatabase: (service: LocalService) => Promise<RunningPostgres>;
  /** Whether a failed service waits for a save to heal it. */
  watch: boolean;
  /** Called when it fails and nothing will heal it. */
  onFailed: (name: string) => void;
  /** Whether all are being stopped: nothing is a failure any more. */
  isStopping: () => boolean;
};

import type { RunningPostgres } from '@slipway/embedded-postgres';
import { describeError, UserError } from '@slipway/util/errors';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import { removeData } from './remove-data.ts';
import { describeExit, hasMigrations, readiness, startProgram, type Host } from './start-attempt.ts';
import type { Exit, SupervisedProcess } from './supervised-process.ts';

export type RunningService = {
  /** Whether the first start went well; settles in either case. */
  started: Promise<boolean>;
  /** Starts the service anew, because of these files. `service`: with another environment. */
  restart(paths: string[], service: LocalService): void;
  /** Stops it with its database, deletes the data, starts both anew. Resolves once the data are gone. */
  reset(): Promise<void>;
  stopService(): Promise<void>;
  /** Only after `stopService`. */
  stopDatabase(): Promise<void>;
};

type RunOptions = {
  service: LocalService;
  host: Host;
  output: Output;
  startDatabase: (service: LocalService) => Promise<RunningPostgres>;
  /** Whether a failed service waits for a save to heal it. */
  watch: boolean;
  /** Called when it fails and nothing will heal it. */
  onFailed: (name: string) => void;
  /** Whether all are being stopped: nothing is a failure any more. */
  isStopping: () => boolean;
};

/** In watch mode nobody wants to wait for open connections. */
const restartGraceMs = 1000;
const readyDeadlineMs = 60_000;

/** Keeps one service running: its database, its migrations, its process, and all again after each edit. */
export function runService({
  service: first,
  host,
  output,
  startDatabase,
  watch,
  onFailed,
  isStopping,
}: RunOptions): RunningService {
  const started = Promise.withResolvers<boolean>();
  let service = first;
  let stopping = false;
  let wake = Promise.withResolvers<void>();
  let attempt = new AbortController();
  let edits: string[] = [];
  let migrated = false;
  let reset: PromiseWithResolvers<void> | undefined;
  let everReady = false;
  let database: RunningPostgres | undefined;
  let program: SupervisedProcess | undefined;
  const begun = Date.now();
  const { name } = first;

  const fail = async (title: string, details: string[] = [], healable = true): Promise<void> => {
    if (stopping || isStopping() || attempt.signal.aborted) return;
    output.bad(title, details);
    started.resolve(false);
    if (!watch || !healable) {
      onFailed(name);
      stopping = true;
      return;
    }
    output.say(`  ${name} waits for the next save of one of its files`);
    await wake.promise;
  };

  const ensureDatabase = async (): Promise<void> => {
    if (service.database === undefined || database !== undefined) return;
    const running = await startDatabase(service);
    database = running;
    void running.exited.then((code) => {
      if (database !== running) return;
      database = undefined;
      if (!stopping && !isStopping())
        output.bad(
          `${name}'s database ended by itself (exit code ${code}): the next save of a file of ${name} starts both again`,
        );
    });
  };

  const emptyDatabase = async (): Promise<void> => {
    const running = database;
    database = undefined;
    await running?.stop();
    if (service.database !== undefined) await removeData(service.database.dir);
    migrated = false;
  };

  const migrate = async (): Promise<Exit & { lines: string[] }> => {
    const lines: string[] = [];
    program = startProgram(service, 'migrate', host, (line) => lines.push(line));
    const exit = await program.exited;
    return { ...exit, lines: [...lines, ...program.logTail()] };
  };

  const runOnce = async (): Promise<void> => {
    const cause = edits;
    edits = [];
    const restarted = Date.now();
    await ensureDatabase();
    if (cause.some((path) => /\/migrations\/|\/migrate\.ts$/.test(path))) migrated = false;
    if (!migrated && !stopping && hasMigrations(service, host.workspaceRoot)) {
      const exit = await migrate();
      if (stopping) return;
      if (exit.code !== 0)
        return fail(`${name} is not started: its migrations failed (${describeExit(exit)})`, exit.lines);
      migrated = true;
    }
    if (stopping || attempt.signal.aborted) return;
    const running = startProgram(service, 'main', host, (line) => host.onLine(name, line));
    program = running;
    let message = await readiness(service, running, attempt.signal, readyDeadlineMs);
    if (watch && !attempt.signal.aborted && message !== undefined && 'unready' in message) {
      output.bad(`${name} is not ready after ${readyDeadlineMs / 1000} s, and still tried: ${message.unready}`);
      started.resolve(false);
      message = await readiness(service, running, attempt.signal, Infinity);
    }
    if (stopping || attempt.signal.aborted) return;
    if (message !== undefined && 'exit' in message) {
      return fail(`${name} ended before it was ready (${describeExit(message.exit)})`, running.logTail());
    }
    if (message !== undefined) return fail(`${name} does not get ready: ${message.unready}`);
    const seconds = ((Date.now() - (everReady || cause.length > 0 ? restarted : begun)) / 1000).toFixed(1);
    const why =
      cause.length === 0
        ? ''
        : `, after an edit of ${cause[0]}${cause.length > 1 ? ` and ${cause.length - 1} more` : ''}`;
    output.good(
      everReady ? `${name} restarted in ${seconds} s${why}` : `${name} ${service.url} (ready after ${seconds} s${why})`,
    );
    everReady = true;
    started.resolve(true);
    const exit = await Promise.race([running.exited, wake.promise]);
    if (exit) await fail(`${name} crashed (${describeExit(exit)})`, running.logTail());
  };

  const loop = (async () => {
    while (!stopping) {
      wake = Promise.withResolvers();
      attempt = new AbortController();
      // An edit that came in while the last process was being stopped is part of this attempt.
      try {
        await runOnce();
      } catch (error) {
        // What is wrong with this machine no edit of the service heals.
        if (error instanceof UserError) await fail(describeError(error), [], false);
        else await fail(`${name}: ${(error as Error).stack}`);
      }
      if (!stopping) await program?.stop(restartGraceMs);
      if (!stopping && reset !== undefined) {
        await emptyDatabase().then(reset.resolve, reset.reject);
        reset = undefined;
      }
    }
    reset?.reject(new UserError(`${name} was stopped meanwhile`));
    started.resolve(false);
  })();

  return {
    started: started.promise,
    restart(paths, next) {
      service = next;
      edits.push(...paths);
      attempt.abort();
      wake.resolve();
    },
    reset() {
      reset ??= Promise.withResolvers();
      attempt.abort();
      wake.resolve();
      return reset.promise;
    },
    async stopService() {
      stopping = true;
      attempt.abort();
      wake.resolve();
      await program?.stop(Number(service.environment.SHUTDOWN_TIMEOUT_MS ?? 10_000) + 1000);
      await loop;
      // The loop may have started it after the first look.
      await program?.stop(restartGraceMs);
    },
    async stopDatabase() {
      await database?.stop();
    },
  };
}

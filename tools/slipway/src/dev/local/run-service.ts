import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningPostgres } from '@slipway/embedded-postgres';
import { describeError, UserError } from '@slipway/util/errors';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { Program } from './local-program.ts';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import type { FailureCode, JournalWriter } from './service-journal.ts';
import type { ServingProgram } from './program-host.ts';
import { removeData } from './remove-data.ts';
import { buildService, describeExit } from './start-attempt.ts';
import { readiness, startMain, startMigrations, type Host } from './start-attempt.ts';
import type { Exit, SupervisedProcess } from './supervised-process.ts';

export type RunningService = {
  /** Whether the first start went well; settles in either case. */
  started: Promise<boolean>;
  /** Starts it anew, because of these files; what serves goes on until the new process is ready. `service`: as it is now. */
  restart(paths: string[], service: LocalService): void;
  /** Stops it with its database, deletes the data, starts both anew. Resolves once the data are gone. */
  reset(): Promise<void>;
  /** Starts it anew, or again after `pause`, as it is on disk. Resolves once it serves; rejects when it does not. */
  startAnew(): Promise<void>;
  /** Stops its process until `startAnew`; its database goes on. Resolves once it has ended. */
  pause(): Promise<void>;
  stopService(): Promise<void>;
  /** Only after `stopService`. */
  stopDatabase(): Promise<void>;
};

type RunOptions = {
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

/** Watch mode does not wait for open connections. */
const restartGraceMs = 1000;
const readyDeadlineMs = 60_000;
const PORT_RETRIES = 8;
/** Of slipway's migrations, and of the tools that people use. */
const migrationFile = /\/migrations\/|\/migrate\.ts$|\/(drizzle|prisma)\/|\/(knexfile|drizzle\.config)\./;

/** Keeps one service running: its database, its migrations, its process, and all again after each edit. */
export function runService({
  service: first,
  host,
  output,
  journal,
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
  /** Whoever waits for the next start. */
  let asked: PromiseWithResolvers<void> | undefined;
  let pause: { done: PromiseWithResolvers<void>; resumed: PromiseWithResolvers<void> } | undefined;
  let everReady = false;
  let database: RunningPostgres | undefined;
  let migrations: SupervisedProcess | undefined;
  /** Takes the requests. */
  let serving: ServingProgram | undefined;
  /** Is to take them, once it is ready. */
  let candidate: ServingProgram | undefined;
  /** Have been replaced, and finish what they had begun. */
  const leaving = new Set<Promise<void>>();
  const begun = Date.now();
  const { name } = first;

  const isOver = () => stopping || attempt.signal.aborted;

  const fail = async (code: FailureCode, title: string, details: string[] = [], healable = true): Promise<void> => {
    if (isOver() || isStopping()) return;
    output.bad(title, details);
    journal.failed({ code, message: title, details, isServing: serving !== undefined });
    started.resolve(false);
    asked?.reject(new UserError([title, ...details].join('\n')));
    asked = undefined;
    if (!watch || !healable) {
      onFailed(name);
      stopping = true;
      return;
    }
    const meanwhile = serving === undefined ? '' : '; the code before it serves on';
    output.say(`  ${name} waits for the next save of one of its files${meanwhile}`);
    await wake.promise;
  };

  const ensureDatabase = async (): Promise<void> => {
    if (service.database === undefined || database !== undefined) return;
    const running = await startDatabase(service);
    database = running;
    void running.exited.then((code) => {
      if (database !== running) return;
      database = undefined;
      if (stopping || isStopping()) return;
      const message = `${name}'s database ended by itself (exit code ${code}): the next save of a file of ${name} starts both again`;
      output.bad(message);
      journal.failed({ code: 'database-ended', message, details: [], isServing: serving !== undefined });
    });
  };

  const emptyDatabase = async (): Promise<void> => {
    const program = serving;
    serving = undefined;
    await program?.stop(restartGraceMs);
    const running = database;
    database = undefined;
    await running?.stop();
    if (service.database !== undefined) await removeData(service.database.dir);
    migrated = false;
  };

  const migrate = async (program: Program): Promise<Exit & { lines: string[] }> => {
    const lines: string[] = [];
    migrations = startMigrations(service, host, program, (line) => lines.push(line));
    const exit = await migrations.exited;
    return { ...exit, lines: [...lines, ...migrations.logTail()] };
  };

  const onServingExit = async (program: ServingProgram, exit: Exit): Promise<void> => {
    if (serving !== program) return;
    serving = undefined;
    // Not ready yet, but better than no process.
    candidate?.serve();
    if (stopping || isStopping()) return;
    const message = `${name} crashed (${describeExit(exit)})`;
    output.bad(message, program.logTail());
    journal.failed({ code: 'crashed', message, details: program.logTail(), isServing: false });
    if (!watch) {
      onFailed(name);
      stopping = true;
      wake.resolve();
    } else if (candidate === undefined) output.say(`  ${name} waits for the next save of one of its files`);
  };

  /** Lets the candidate serve in place of what serves now. Resolves when the next answer is the candidate's. */
  const handOver = async (program: ServingProgram): Promise<void> => {
    const replaced = serving;
    serving = program;
    candidate = undefined;
    program.serve();
    void program.exited.then((exit) => onServingExit(program, exit));
    if (replaced === undefined) return;
    const ended = replaced.endReplaced(graceMs(service) + restartGraceMs);
    leaving.add(ended);
    void ended.finally(() => leaving.delete(ended));
    await Promise.race([ended, sleep(restartGraceMs)]);
  };

  /** Before the start of a successor that has to have the port to itself. */
  const endServing = async (): Promise<void> => {
    const program = serving;
    serving = undefined;
    await Promise.all([program?.stop(restartGraceMs), ...leaving]);
  };

  /** Starts the process and waits until it is ready; undefined then, else why it is not. */
  const startCandidate = async (main: Program): Promise<{ exit: Exit } | { unready: string } | undefined> => {
    const program = startMain(service, host, main, serving !== undefined);
    candidate = program;
    const message = await readiness(service, program, attempt.signal, readyDeadlineMs);
    if (!watch || isOver() || message === undefined || 'exit' in message) return message;
    const slow = `${name} is not ready after ${readyDeadlineMs / 1000} s, and still tried: ${message.unready}`;
    output.bad(slow);
    journal.failed({ code: 'not-ready', message: slow, details: [], isServing: serving !== undefined });
    started.resolve(false);
    return readiness(service, program, attempt.signal, Infinity);
  };

  /** `again`: the edits of the attempt before, which lost its database on the way. */
  const runOnce = async (again?: string[]): Promise<void> => {
    const cause = again ?? edits;
    if (again === undefined) edits = [];
    // Once: a database that always ends is told of instead.
    const hasLostDatabase = () => again === undefined && service.database !== undefined && database === undefined;
    const restarted = Date.now();
    journal.begin(cause);
    if (service.database !== undefined && database === undefined) journal.stage('database');
    await ensureDatabase();
    journal.stage('build');
    const { main, migrate: migration } = await buildService(service, host, () => output.say(`  building ${name}`));
    if (isOver()) return;
    if (!migrated && !stopping && migration !== undefined) {
      migrated = true;
      journal.stage('migrate');
      const exit = await migrate(migration);
      if (exit.code !== 0) migrated = false;
      if (stopping) return;
      if (exit.code !== 0 && hasLostDatabase()) return runOnce(cause);
      if (exit.code !== 0)
        return fail(
          'migrations-failed',
          `${name} is not started: its migrations failed (${describeExit(exit)})`,
          exit.lines,
        );
    }
    if (isOver()) return;
    journal.stage('start');
    if ('command' in main) await endServing();
    let message = await startCandidate(main);
    if (isOver()) return;
    if (candidate !== undefined && isPortTaken(message, candidate)) {
      // A server that does not share its port: its successor has to wait for its end.
      await endServing();
      // The program host closes the shared socket a moment after the last process that had it. Also when nothing serves:
      // an edit may have ended the attempt that stopped the last one.
      for (let n = 0; n <= PORT_RETRIES && isPortTaken(message, candidate); n++) {
        if (n > 0) await sleep(restartGraceMs / 4);
        if (isOver()) return;
        message = await startCandidate(main);
        if (isOver()) return;
      }
    }
    const program = candidate!;
    if (message !== undefined && 'exit' in message) {
      candidate = undefined;
      if (hasLostDatabase()) return runOnce(cause);
      return fail(
        'ended-early',
        `${name} ended before it was ready (${describeExit(message.exit)})`,
        program.logTail(),
      );
    }
    if (message !== undefined) return fail('not-ready', `${name} does not get ready: ${message.unready}`);
    const isRestart = everReady;
    const seconds = ((Date.now() - (isRestart || cause.length > 0 ? restarted : begun)) / 1000).toFixed(1);
    await handOver(program);
    everReady = true;
    started.resolve(true);
    asked?.resolve();
    asked = undefined;
    // It has crashed already, which has been said.
    if (serving !== program) return wake.promise;
    journal.ready(program.pid);
    const why =
      cause.length === 0
        ? ''
        : `, after an edit of ${cause[0]}${cause.length > 1 ? ` and ${cause.length - 1} more` : ''}`;
    output.good(
      isRestart ? `${name} restarted in ${seconds} s${why}` : `${name} ${service.url} (ready after ${seconds} s${why})`,
    );
    await wake.promise;
  };

  const loop = (async () => {
    while (!stopping) {
      wake = Promise.withResolvers();
      attempt = new AbortController();
      // An edit that came in while the last process was being stopped is part of this attempt.
      try {
        await runOnce();
      } catch (error) {
        if (error instanceof ValidationError)
          await fail('build-failed', `${name} cannot be built`, describeError(error).split('\n'));
        // What is wrong with this machine no edit of the service heals.
        else if (error instanceof UserError) await fail('unable', describeError(error), [], false);
        else await fail('unable', `${name}: ${(error as Error).stack}`);
      }
      const unused = candidate;
      candidate = undefined;
      if (!stopping) await unused?.stop(restartGraceMs);
      else candidate = unused;
      if (!stopping && reset !== undefined) {
        await emptyDatabase().then(reset.resolve, reset.reject);
        reset = undefined;
      }
      if (!stopping && pause !== undefined) {
        const program = serving;
        serving = undefined;
        await program?.stop(graceMs(service));
        journal.stopped();
        pause.done.resolve();
        await pause.resumed.promise;
        pause = undefined;
      }
    }
    asked?.reject(new UserError(`${name} was stopped meanwhile`));
    reset?.reject(new UserError(`${name} was stopped meanwhile`));
    started.resolve(false);
  })();

  return {
    started: started.promise,
    restart(paths, next) {
      service = next;
      edits.push(...paths);
      // Not when the attempt begins: one that fails or is given up must not forget it.
      if (paths.some((path) => migrationFile.test(path))) migrated = false;
      attempt.abort();
      wake.resolve();
    },
    reset() {
      reset ??= Promise.withResolvers();
      attempt.abort();
      wake.resolve();
      return reset.promise;
    },
    startAnew() {
      asked ??= Promise.withResolvers();
      attempt.abort();
      wake.resolve();
      pause?.resumed.resolve();
      return asked.promise;
    },
    pause() {
      pause ??= { done: Promise.withResolvers(), resumed: Promise.withResolvers() };
      attempt.abort();
      wake.resolve();
      return pause.done.promise;
    },
    async stopService() {
      stopping = true;
      attempt.abort();
      wake.resolve();
      pause?.resumed.resolve();
      const stopAll = (ms: number) =>
        Promise.all([migrations?.stop(ms), candidate?.stop(ms), serving?.stop(ms), ...leaving]);
      await stopAll(graceMs(service) + restartGraceMs);
      await loop;
      // The loop may have started one after the first look.
      await stopAll(restartGraceMs);
    },
    async stopDatabase() {
      await database?.stop();
    },
  };
}

/** How long the service may take to finish its last requests. */
function graceMs({ environment }: LocalService): number {
  return Number(environment.SHUTDOWN_TIMEOUT_MS ?? 10_000);
}

function isPortTaken(message: { exit: Exit } | { unready: string } | undefined, program: ServingProgram): boolean {
  return message !== undefined && 'exit' in message && program.logTail().some((line) => line.includes('EADDRINUSE'));
}

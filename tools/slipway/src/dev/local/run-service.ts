import { UserError } from '@slipway/util/errors';
import type { LocalService } from './local-service.ts';
import { PendingRequests } from './pending-requests.ts';
import { readyLine } from './ready-line.ts';
import type { RunningService, RunOptions } from './running-service.ts';
import { attemptStart, failureOf, type Failure, type Outcome } from './service-attempt.ts';
import { ServiceDatabase } from './service-database.ts';
import type { FailureCode } from './service-journal.ts';
import { RESTART_GRACE_MS, ServicePrograms } from './service-programs.ts';
import { describeExit } from './start-attempt.ts';
import type { Exit } from './supervised-process.ts';

/** Of slipway's migrations, and of the tools that people use. */
const migrationFile = /\/migrations\/|\/migrate\.ts$|\/(drizzle|prisma)\/|\/(knexfile|drizzle\.config)\./;

/** Keeps one service running: its database, its migrations, its process, and all again after each edit. */
export function runService(options: RunOptions): RunningService {
  return new ServiceRunner(options);
}

class ServiceRunner implements RunningService {
  readonly #options: RunOptions;
  readonly #name: string;
  readonly #begun = Date.now();
  readonly #requests = new PendingRequests();
  readonly #programs: ServicePrograms;
  readonly #database: ServiceDatabase;
  readonly #started = Promise.withResolvers<boolean>();
  readonly #ended: Promise<void>;
  #service: LocalService;
  #wasReady = false;

  constructor(options: RunOptions) {
    const { service, host, startDatabase } = options;
    this.#options = options;
    this.#service = service;
    this.#name = service.name;
    this.#programs = new ServicePrograms((...crash) => this.#onCrashed(...crash));
    this.#database = new ServiceDatabase({ host, startDatabase, onEnded: (code) => this.#onDatabaseEnded(code) });
    this.#ended = this.#run();
  }

  get started(): Promise<boolean> {
    return this.#started.promise;
  }

  restart(paths: string[], service: LocalService): void {
    this.#service = service;
    // Not when the attempt begins: one that fails or is given up must not forget it.
    if (paths.some((path) => migrationFile.test(path))) this.#database.forgetMigrations();
    this.#requests.edited(paths);
  }

  reset(): Promise<void> {
    return this.#requests.reset();
  }

  startAnew(): Promise<void> {
    return this.#requests.start();
  }

  pause(): Promise<void> {
    return this.#requests.pause();
  }

  async stopService(): Promise<void> {
    this.#requests.stop();
    const stopAll = (graceMs: number) =>
      Promise.all([this.#database.stopMigrations(graceMs), this.#programs.stopAll(graceMs)]);
    await stopAll(graceOf(this.#service) + RESTART_GRACE_MS);
    await this.#ended;
    // The last attempt may have started one after the first look.
    await stopAll(RESTART_GRACE_MS);
  }

  stopDatabase(): Promise<void> {
    return this.#database.stop();
  }

  async #run(): Promise<void> {
    while (!this.#requests.isStopping) {
      this.#requests.beginAttempt();
      await this.#serveUntilNextRequest().catch((error: unknown) => this.#fail(failureOf(error, this.#name)));
      if (!this.#requests.isStopping) await this.#programs.stopCandidate();
      await this.#requests.execute({ reset: () => this.#emptyDatabase(), pause: () => this.#stopServing() });
    }
    this.#requests.refuseAll(new UserError(`${this.#name} was stopped meanwhile`));
    this.#started.resolve(false);
  }

  async #serveUntilNextRequest(): Promise<void> {
    const service = this.#service;
    const edits = this.#requests.takeEdits();
    const since = this.#wasReady || edits.length > 0 ? Date.now() : this.#begun;
    let outcome = await this.#attempt(service, edits);
    // Once: a database that always ends is reported instead.
    if (this.#hasLostDatabase(outcome, service)) outcome = await this.#attempt(service, edits);
    if (outcome === 'over') return;
    if ('code' in outcome) return this.#fail(outcome);
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    const serves = await this.#programs.handOver(outcome.ready, graceOf(service));
    const isRestart = this.#wasReady;
    this.#wasReady = true;
    this.#started.resolve(true);
    this.#requests.onStarted();
    // A crash since then has been reported.
    if (serves) {
      this.#options.journal.ready(outcome.ready.pid);
      this.#options.output.good(readyLine(service, seconds, edits, isRestart));
    }
    await this.#requests.next();
  }

  async #attempt(service: LocalService, edits: string[]): Promise<Outcome> {
    const { host, output, journal, watch } = this.#options;
    journal.begin(edits);
    const attempt = await attemptStart({
      ...{ service, host, output, journal, watch },
      ...{ requests: this.#requests, database: this.#database, programs: this.#programs },
    });
    if (attempt === 'over' || !('late' in attempt)) return attempt;
    this.#report('not-ready', attempt.late);
    this.#started.resolve(false);
    return attempt.outcome;
  }

  /** Whether the attempt failed because the database had ended, which the run had not heard of. */
  #hasLostDatabase(outcome: Outcome, service: LocalService): boolean {
    if (outcome === 'over' || !('code' in outcome) || outcome.code === 'not-ready') return false;
    return this.#database.isToStart(service);
  }

  async #emptyDatabase(): Promise<void> {
    await this.#programs.stopServing();
    await this.#database.empty(this.#service);
  }

  async #stopServing(): Promise<void> {
    await this.#programs.stopServing(graceOf(this.#service));
    this.#options.journal.stopped();
  }

  /** Reports it; waits for the next request where that may mend it, else gives the service up. */
  async #fail({ code, title, details, isHealable }: Failure): Promise<void> {
    const { output, watch, isStopping } = this.#options;
    if (this.#requests.isAttemptOver || isStopping()) return;
    this.#report(code, title, details);
    this.#started.resolve(false);
    this.#requests.onFailed(new UserError([title, ...details].join('\n')));
    if (!watch || !isHealable) return this.#giveUp();
    output.say(`${this.#waits()}${this.#programs.isServing ? '; the code before it serves on' : ''}`);
    await this.#requests.next();
  }

  #onCrashed(exit: Exit, logTail: string[], isCandidate: boolean): void {
    const { output, watch, isStopping } = this.#options;
    if (this.#requests.isStopping || isStopping()) return;
    this.#report('crashed', `${this.#name} crashed (${describeExit(exit)})`, logTail);
    if (!watch) this.#giveUp();
    else if (!isCandidate) output.say(this.#waits());
  }

  #onDatabaseEnded(code: number | null): void {
    if (this.#requests.isStopping || this.#options.isStopping()) return;
    const hint = `the next save of a file of ${this.#name} starts both again`;
    this.#report('database-ended', `${this.#name}'s database ended by itself (exit code ${code}): ${hint}`);
  }

  #report(code: FailureCode, message: string, details: string[] = []): void {
    this.#options.output.bad(message, details);
    this.#options.journal.failed({ code, message, details, isServing: this.#programs.isServing });
  }

  #waits(): string {
    return `  ${this.#name} waits for the next save of one of its files`;
  }

  #giveUp(): void {
    this.#options.onFailed(this.#name);
    this.#requests.giveUp();
  }
}

/** How long the service may take to finish its last requests, ms. */
function graceOf({ environment }: LocalService): number {
  return Number(environment.SHUTDOWN_TIMEOUT_MS ?? 10_000);
}

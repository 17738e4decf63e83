import type { RunningPostgres } from '@slipway/embedded-postgres';
import type { Program } from './local-program.ts';
import type { LocalService } from './local-service.ts';
import { removeData } from './remove-data.ts';
import { startMigrations, type Host } from './start-attempt.ts';
import type { Exit, SupervisedProcess } from './supervised-process.ts';

type Options = {
  host: Host;
  startDatabase: (service: LocalService) => Promise<RunningPostgres>;
  /** Called when it ends by itself. */
  onEnded: (exitCode: number | null) => void;
};

/** The database of one service, with its migrations. */
export class ServiceDatabase {
  readonly #options: Options;
  #running: RunningPostgres | undefined;
  #migrations: SupervisedProcess | undefined;
  #isMigrated = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether the service has one that does not run. */
  isToStart(service: LocalService): boolean {
    return service.database !== undefined && this.#running === undefined;
  }

  async ensure(service: LocalService): Promise<void> {
    if (!this.isToStart(service)) return;
    const running = await this.#options.startDatabase(service);
    this.#running = running;
    void running.exited.then((code) => {
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#options.onEnded(code);
    });
  }

  get isMigrated(): boolean {
    return this.#isMigrated;
  }

  /** Runs the migrations of `program`; returns their end and their output. */
  async migrate(service: LocalService, program: Program): Promise<Exit & { lines: string[] }> {
    // Before they run: an edit of a migration meanwhile asks for them once more.
    this.#isMigrated = true;
    const lines: string[] = [];
    const migrations = startMigrations(service, this.#options.host, program, (line) => lines.push(line));
    this.#migrations = migrations;
    const exit = await migrations.exited;
    if (exit.code !== 0) this.#isMigrated = false;
    return { ...exit, lines: [...lines, ...migrations.logTail()] };
  }

  /** The next attempt runs the migrations again. */
  forgetMigrations(): void {
    this.#isMigrated = false;
  }

  /** Stops it and deletes its data. */
  async empty(service: LocalService): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
    if (service.database !== undefined) await removeData(service.database.dir);
    this.#isMigrated = false;
  }

  async stopMigrations(graceMs: number): Promise<void> {
    await this.#migrations?.stop(graceMs);
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }
}

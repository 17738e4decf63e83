import { byName } from '../../util/by-name.ts';
import { acquireLocks } from './acquire-locks.ts';
import { stackOption } from './local-data-dir.ts';
import { startLocalDatabase } from './local-database.ts';
import { notLocal } from './local-program.ts';
import type { LocalService } from './local-service.ts';
import { placeServices } from './place-services.ts';
import type { PreparedStack } from './prepare-stack.ts';
import { runService } from './run-service.ts';
import type { RunningService } from './running-service.ts';
import { writeJournal } from './service-journal.ts';
import { watchRequests } from './service-requests.ts';
import type { StackOptions } from './stack.ts';
import type { Host } from './start-attempt.ts';

/** The services of a stack while it runs: they come, go, and stop before what they call. */
export class StackServices {
  readonly running = new Map<string, RunningService>();
  readonly #options: StackOptions;
  readonly #prepared: PreparedStack;
  readonly #host: Host;
  readonly #failed = Promise.withResolvers<string>();
  readonly #closers: (() => void)[];
  readonly #givenUp = new Set<string>();
  /** Services that are ours, and whose requests are heard. */
  readonly #heard = new Set<string>();
  #isEnding = false;

  constructor(options: StackOptions, prepared: PreparedStack, host: Host) {
    this.#options = options;
    this.#prepared = prepared;
    this.#host = host;
    this.#closers = [prepared.release];
  }

  /** Settles with the name of a service that failed for good, and that the others do not outlive. */
  get failed(): Promise<string> {
    return this.#failed.promise;
  }

  async launch(service: LocalService): Promise<void> {
    const { name } = service;
    const { workspaceRoot, watch, stack } = this.#options;
    const { dataDir, throwaway, output } = this.#prepared;
    const started = runService({
      ...{ service, host: this.#host, output, watch },
      journal: writeJournal(dataDir, name),
      startDatabase: (current) => startLocalDatabase(current, { workspaceRoot, throwaway, stack, say: output.say }),
      onFailed: (failedName) => {
        this.#givenUp.add(failedName);
        if (this.#options.othersGoOn && this.#givenUp.size < this.#prepared.services.length) return;
        this.#isEnding = true;
        this.#failed.resolve(failedName);
      },
      isStopping: () => this.#isEnding,
    });
    this.running.set(name, started);
    if (throwaway || this.#heard.has(name)) return;
    this.#heard.add(name);
    await this.#hear(name, () => this.running.get(name) ?? started);
  }

  /** A service is there that was not. */
  async add(service: LocalService): Promise<void> {
    const { only, command, stack } = this.#options;
    const { dataDir, output, reaper, services } = this.#prepared;
    if (only !== undefined || this.#isEnding) return;
    const { name } = service;
    const reason = notLocal(service);
    if (reason !== undefined) return output.say(`  ${name} is left out: ${reason}`);
    // One that was here before is still ours.
    if (!this.#heard.has(name)) {
      const own = await acquireLocks({ names: [name], dataDir, command, stack, reaperPid: reaper.pid, output });
      this.#closers.push(own.release);
    }
    output.say(`  ${name} is new: it is started`);
    const placed = byName(await placeServices([name], this.#prepared), name);
    services.push(placed);
    await this.launch(placed);
  }

  /** A service's folder is gone. */
  async remove(name: string): Promise<void> {
    const { services, output } = this.#prepared;
    const gone = this.running.get(name);
    if (gone === undefined) return;
    output.say(`  ${name} is gone: it is stopped, its data are kept`);
    this.running.delete(name);
    services.splice(
      services.findIndex((service) => service.name === name),
      1,
    );
    await gone.stopService();
    await gone.stopDatabase();
  }

  /** Stops callers before what they call, each database after its service. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    const stopped = new Map<string, Promise<void>>();
    await Promise.all(
      this.#prepared.services.map(async ({ name }) => {
        await this.#stopOne(name, stopped);
        await this.running.get(name)?.stopDatabase();
      }),
    );
  }

  /** Hears no more requests, and lets others have the services. */
  close(): void {
    for (const close of this.#closers) close();
  }

  #stopOne(name: string, stopped: Map<string, Promise<void>>): Promise<void> {
    const already = stopped.get(name);
    if (already !== undefined) return already;
    const callers = this.#prepared.services.filter(({ calls }) => calls.includes(name));
    const stop = Promise.all(callers.map((caller) => this.#stopOne(caller.name, stopped))).then(() =>
      this.running.get(name)?.stopService(),
    );
    stopped.set(name, stop);
    return stop;
  }

  async #hear(name: string, live: () => RunningService): Promise<void> {
    const { dataDir, output } = this.#prepared;
    const requests = await watchRequests(dataDir, name, {
      reset() {
        output.say(`  ${name} begins with an empty database: it was asked to`);
        return live().reset();
      },
      restart() {
        output.say(`  ${name} restarts on request`);
        return live().startAnew();
      },
      start: () => live().startAnew(),
      stop: async () => {
        await live().pause();
        const again = `npx nx run ${name}:start${stackOption(this.#options.stack)}`;
        output.say(`  ${name} is stopped: ${again} starts it again`);
      },
    });
    this.#closers.unshift(requests.close);
  }
}

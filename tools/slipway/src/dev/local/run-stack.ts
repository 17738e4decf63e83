import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { acquireLocks } from './acquire-locks.ts';
import { findPortConflicts } from './port-conflicts.ts';
import { startReaper } from './reaper.ts';
import { startLocalDatabase } from './local-database.ts';
import { LOCAL_DATA } from './local-secrets.ts';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import { defaultPlan, ephemeralPlan } from './plan.ts';
import { runService } from './run-service.ts';
import { selectServices } from './select-services.ts';
import { sortByDependency } from '../../services/dependency-order.ts';
import { watchResetRequests } from './reset-request.ts';
import { watchStack } from './watch-stack.ts';

export type StackOptions = {
  workspaceRoot: string;
  /**
   * `default`: the declared ports, data in `.slipway/local`, secrets in `apps/X/.env`. `free`: ports that nobody uses,
   * data and secrets that `stop` throws away; runs beside another stack.
   */
  ports: 'default' | 'free';
  /** Whether an edit restarts the services that it concerns. Without it a service that fails ends the stack's use. */
  watch: boolean;
  /** Names of the services; default: all of the workspace. */
  only?: string[];
  /** What people typed, for those who want to start the same services: `npm start`. */
  command: string;
  output: (names: string[]) => Output;
};

export type Stack = {
  /** In the order of their calls: callees first. */
  services: LocalService[];
  output: Output;
  /** Whether every service got ready; settles when each is ready or has failed. */
  ready: Promise<boolean>;
  /** Settles with the name of a service that failed for good (in watch mode: only of what no edit heals). */
  failed: Promise<string>;
  /** Stops callers before what they call, then the databases; resolves when no process is left. */
  stop(): Promise<void>;
  /** Kills the services at once; the databases shut down when this process ends. */
  kill(): void;
};

/** Starts the services of a workspace with their databases as processes of this machine. Throws UserError before anything runs. */
export async function runStack({
  workspaceRoot,
  ports,
  watch,
  only,
  command,
  output: makeOutput,
}: StackOptions): Promise<Stack> {
  const throwaway = ports === 'free';
  const dataDir = throwaway ? await mkdtemp(join(tmpdir(), 'slipway-')) : join(workspaceRoot, LOCAL_DATA);
  const plan = throwaway ? ephemeralPlan(workspaceRoot, dataDir) : defaultPlan(workspaceRoot, dataDir);
  const cleanUp = throwaway ? () => rm(dataDir, { recursive: true, force: true }) : async () => {};
  const prepare = async () => {
    const selected = selectServices(await plan(), only);
    const names = sortByDependency(selected);
    const services = names.map((name) => selected.find((service) => service.name === name)!);
    const output = makeOutput(names);
    const keeper = startReaper();
    const claim = await acquireLocks({ names, dataDir, command, reaperPid: keeper.pid, output });
    const conflicts = await findPortConflicts(services);
    if (conflicts.length === 0) return { names, services, output, keeper, claim };
    claim.release();
    throw new UserError(conflicts.join('\n✗ '));
  };
  const { names, services, output, keeper, claim } = await prepare().catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  const pids = new Set<number>();

  const failed = Promise.withResolvers<string>();
  let ending = false;
  const host = {
    workspaceRoot,
    compileCache: join(workspaceRoot, '.slipway', 'compile-cache'),
    onLine: (name: string, line: string) => output.log(name, line),
    onAlive(pid: number, alive: boolean) {
      if (alive) pids.add(pid);
      else pids.delete(pid);
      keeper.keep([...pids]);
    },
  };
  const running = new Map(
    services.map((service) => [
      service.name,
      runService({
        service,
        host,
        output,
        watch,
        startDatabase: (current) => startLocalDatabase(current, { workspaceRoot, throwaway, say: output.say }),
        onFailed(failedName) {
          ending = true;
          failed.resolve(failedName);
        },
        isStopping: () => ending,
      }),
    ]),
  );
  const requests = throwaway
    ? undefined
    : await watchResetRequests(dataDir, names, async (name) => {
        output.say(`  ${name} begins with an empty database: it was asked to`);
        await running.get(name)!.reset();
      });
  const watcher = watch ? watchStack({ workspaceRoot, services, plan, running, output }) : undefined;

  const stopService = (name: string, stopped: Map<string, Promise<void>>): Promise<void> => {
    const already = stopped.get(name);
    if (already !== undefined) return already;
    const callers = services.filter(({ calls }) => calls.includes(name));
    const stop = Promise.all(callers.map((caller) => stopService(caller.name, stopped))).then(() =>
      running.get(name)?.stopService(),
    );
    stopped.set(name, stop);
    return stop;
  };
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    ending = true;
    watcher?.close();
    requests?.close();
    const stopped = new Map<string, Promise<void>>();
    await Promise.all(
      names.map(async (name) => {
        await stopService(name, stopped);
        await running.get(name)?.stopDatabase();
      }),
    );
    claim.release();
    await cleanUp();
  };

  return {
    services,
    output,
    ready: Promise.all([...running.values()].map((service) => service.started)).then((outcomes) =>
      outcomes.every(Boolean),
    ),
    failed: failed.promise,
    stop: () => (stopping ??= stop()),
    kill() {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      claim.release();
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { acquireLocks } from './acquire-locks.ts';
import { moveAway, writeMovedPorts } from './moved-ports.ts';
import { findPortConflicts, portProblems } from './port-conflicts.ts';
import { startReaper } from './reaper.ts';
import { sendSignal } from './send-signal.ts';
import { startLocalDatabase } from './local-database.ts';
import { chooseInspectPorts } from './inspect-ports.ts';
import { localDataDir, stackOption } from './local-data-dir.ts';
import { leaveOutUnrunnable } from './leave-out-unrunnable.ts';
import { notLocal } from './local-program.ts';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import { defaultPlan, ephemeralPlan, readingPlan, type Plan } from './plan.ts';
import { createProgramHost } from './program-host.ts';
import { runService, type RunningService } from './run-service.ts';
import { selectServices } from '../../services/select-services.ts';
import { writeJournal } from './service-journal.ts';
import { sortByDependency } from '../../services/dependency-order.ts';
import { watchRequests } from './service-requests.ts';
import { watchStack } from './watch-stack.ts';
import { byName } from '../../util/by-name.ts';

export type StackOptions = {
  workspaceRoot: string;
  /**
   * `default`: the declared ports, data in `.slipway/local`, secrets in `apps/X/.env`. `free`: free ports,
   * data and secrets that `stop` deletes; runs beside another stack.
   */
  ports: 'default' | 'free';
  /** Whether an edit restarts the services that it concerns. Without it a service that fails ends the stack's use. */
  watch: boolean;
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
  stack,
  inspect = false,
  telemetry = {},
  command,
  output: makeOutput,
}: StackOptions): Promise<Stack> {
  const throwaway = ports === 'free';
  const dataDir = throwaway ? await mkdtemp(join(tmpdir(), 'slipway-')) : localDataDir(workspaceRoot, stack);
  const plan = throwaway ? ephemeralPlan(workspaceRoot, dataDir) : defaultPlan(workspaceRoot, dataDir);
  const cleanUp = throwaway ? () => rm(dataDir, { recursive: true, force: true }) : async () => {};
  const prepare = async () => {
    const { here, elsewhere } = leaveOutUnrunnable(selectServices(await plan(), only), only !== undefined);
    const names = sortByDependency(here);
    const output = makeOutput(names);
    for (const { name, reason } of elsewhere) output.say(`  ${name} is left out: ${reason}`);
    const reaper = startReaper();
    const claim = await acquireLocks({ names, dataDir, command, stack, reaperPid: reaper.pid, output });
    const inOrder = (all: LocalService[]) => names.map((name) => byName(all, name));
    try {
      return { services: inOrder(await placePorts(names, output)), output, reaper, claim };
    } catch (error) {
      claim.release();
      throw error;
    }
  };
  /** The services at ports that are free: the declared ones where possible. Says which are others. */
  const placePorts = async (names: string[], output: Output): Promise<LocalService[]> => {
    const own = (all: LocalService[]) => all.filter(({ name }) => names.includes(name));
    if (!throwaway) await writeMovedPorts(dataDir, names, {});
    const declared = await plan();
    const problems = portProblems(own(declared));
    if (problems.length > 0) throw new UserError(problems.join('\n✗ '));
    const conflicts = await findPortConflicts(own(declared));
    if (conflicts.length === 0 || throwaway) return declared;
    const moved = await moveAway(conflicts);
    for (const { service, key, port, holder } of conflicts)
      output.say(`  ${service}: port ${port} (${key}) is taken by ${holder}; it is ${moved[service]?.[key]} here`);
    await writeMovedPorts(dataDir, names, moved);
    return plan();
  };
  const { services, output, reaper, claim } = await prepare().catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  /** Ids of processes, negative ones of groups. */
  const pids = new Set<number>();

  const failed = Promise.withResolvers<string>();
  let ending = false;
  const onAlive = (pid: number, alive: boolean) => {
    if (alive) pids.add(pid);
    else pids.delete(pid);
    reaper.keep([...pids]);
  };
  const host = {
    workspaceRoot,
    compileCache: join(workspaceRoot, '.slipway', 'compile-cache'),
    programs: createProgramHost(onAlive),
    telemetry,
    inspectPorts: inspect ? await chooseInspectPorts(services) : new Map<string, number>(),
    onLine: (name: string, line: string) => output.log(name, line),
    onAlive,
  };
  for (const [name, port] of host.inspectPorts) output.say(`  ${name}: a debugger may attach at 127.0.0.1:${port}`);
  const running = new Map<string, RunningService>();
  const closers: (() => void)[] = [claim.release];
  /** Services that are ours, and whose requests are heard. */
  const heard = new Set<string>();

  const launch = async (service: LocalService): Promise<void> => {
    const { name } = service;
    const started = runService({
      service,
      host,
      output,
      watch,
      journal: writeJournal(dataDir, name),
      startDatabase: (current) => startLocalDatabase(current, { workspaceRoot, throwaway, stack, say: output.say }),
      onFailed(failedName) {
        ending = true;
        failed.resolve(failedName);
      },
      isStopping: () => ending,
    });
    running.set(name, started);
    if (throwaway || heard.has(name)) return;
    heard.add(name);
    const live = () => running.get(name) ?? started;
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
      async stop() {
        await live().pause();
        output.say(`  ${name} is stopped: npx nx run ${name}:start${stackOption(stack)} starts it again`);
      },
    });
    closers.unshift(requests.close);
  };

  const onAdded = async (service: LocalService): Promise<void> => {
    if (only !== undefined || ending) return;
    const { name } = service;
    const reason = notLocal(service);
    if (reason !== undefined) return output.say(`  ${name} is left out: ${reason}`);
    // One that was here before is still ours.
    if (!heard.has(name)) {
      const own = await acquireLocks({ names: [name], dataDir, command, stack, reaperPid: reaper.pid, output });
      closers.push(own.release);
    }
    output.say(`  ${name} is new: it is started`);
    const placed = byName(await placePorts([name], output), name);
    services.push(placed);
    await launch(placed);
  };
  const onRemoved = async (name: string): Promise<void> => {
    const gone = running.get(name);
    if (gone === undefined) return;
    output.say(`  ${name} is gone: it is stopped, its data are kept`);
    running.delete(name);
    services.splice(
      services.findIndex((service) => service.name === name),
      1,
    );
    await gone.stopService();
    await gone.stopDatabase();
  };

  await Promise.all(services.map(launch));
  const ready = Promise.all([...running.values()].map(({ started }) => started));
  const watcher = watch
    ? watchStack({ workspaceRoot, services: [...services], plan, running, output, onAdded, onRemoved })
    : undefined;

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
    const stopped = new Map<string, Promise<void>>();
    await Promise.all(
      services.map(async ({ name }) => {
        await stopService(name, stopped);
        await running.get(name)?.stopDatabase();
      }),
    );
    host.programs.close();
    for (const close of closers) close();
    await cleanUp();
  };

  const planned = readingPlan(workspaceRoot, dataDir);
  const lookNow = async () => (await planned()).filter(({ name }) => services.some((own) => own.name === name));

  return {
    dataDir,
    services,
    look: throwaway ? async () => services : lookNow,
    output,
    ready: ready.then((outcomes) => outcomes.every(Boolean)),
    failed: failed.promise,
    stop: () => (stopping ??= stop()),
    kill() {
      for (const pid of pids) sendSignal(pid, 'SIGKILL');
      for (const close of closers) close();
    },
  };
}

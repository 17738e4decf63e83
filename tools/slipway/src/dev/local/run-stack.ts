import { join } from 'node:path';
import { chooseInspectPorts } from './inspect-ports.ts';
import { readingPlan } from './plan.ts';
import { prepareStack } from './prepare-stack.ts';
import { createProgramHost } from './program-host.ts';
import { sendSignal } from './send-signal.ts';
import { StackServices } from './stack-services.ts';
import type { Stack, StackOptions } from './stack.ts';
import { watchStack } from './watch-stack.ts';

/** Starts the services of a workspace with their databases as processes of this machine. Throws UserError before anything runs. */
export async function runStack(options: StackOptions): Promise<Stack> {
  const { workspaceRoot, watch, inspect = false, telemetry = {} } = options;
  const prepared = await prepareStack(options);
  const { dataDir, throwaway, plan, services, output, reaper, cleanUp } = prepared;
  /** Ids of processes, negative ones of groups. */
  const pids = new Set<number>();
  const onAlive = (pid: number, alive: boolean) => {
    if (alive) pids.add(pid);
    else pids.delete(pid);
    reaper.keep([...pids]);
  };
  const programs = createProgramHost(onAlive);
  const inspectPorts = inspect ? await chooseInspectPorts(services) : new Map<string, number>();
  for (const [name, port] of inspectPorts) output.say(`  ${name}: a debugger may attach at 127.0.0.1:${port}`);
  const own = new StackServices(options, prepared, {
    workspaceRoot,
    compileCache: join(workspaceRoot, '.slipway', 'compile-cache'),
    programs,
    telemetry,
    inspectPorts,
    onLine: (name: string, line: string) => output.log(name, line),
    onAlive,
  });
  const { running } = own;

  await Promise.all(services.map((service) => own.launch(service)));
  const ready = Promise.all([...running.values()].map(({ started }) => started));
  const watcher = watch
    ? watchStack({
        ...{ workspaceRoot, services: [...services], plan, running, output },
        onAdded: (service) => own.add(service),
        onRemoved: (name) => own.remove(name),
      })
    : undefined;

  const stop = async (): Promise<void> => {
    watcher?.close();
    await own.stop();
    programs.close();
    own.close();
    await cleanUp();
  };
  let stopping: Promise<void> | undefined;

  const planned = readingPlan(workspaceRoot, dataDir);
  const lookNow = async () => (await planned()).filter(({ name }) => services.some((it) => it.name === name));

  return {
    dataDir,
    services,
    look: throwaway ? () => Promise.resolve(services) : lookNow,
    output,
    ready: ready.then((outcomes) => outcomes.every(Boolean)),
    failed: own.failed,
    stop: () => (stopping ??= stop()),
    kill() {
      for (const pid of pids) sendSignal(pid, 'SIGKILL');
      own.close();
    },
  };
}

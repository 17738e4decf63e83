import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sortByDependency } from '../../services/dependency-order.ts';
import { selectServices } from '../../services/select-services.ts';
import { byName } from '../../util/by-name.ts';
import { acquireLocks } from './acquire-locks.ts';
import { leaveOutUnrunnable } from './leave-out-unrunnable.ts';
import { localDataDir } from './local-data-dir.ts';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import { placeServices } from './place-services.ts';
import { defaultPlan, ephemeralPlan, type Plan } from './plan.ts';
import { type Reaper, startReaper } from './reaper.ts';
import type { StackOptions } from './stack.ts';

/** A stack that is ours to start: its services are chosen and placed, its locks are held. */
export type PreparedStack = {
  dataDir: string;
  /** Whether data and secrets are deleted at the end. */
  throwaway: boolean;
  plan: Plan;
  /** In the order of their calls: callees first. */
  services: LocalService[];
  output: Output;
  reaper: Reaper;
  release: () => void;
  cleanUp: () => Promise<void>;
};

export async function prepareStack(options: StackOptions): Promise<PreparedStack> {
  const { workspaceRoot, ports, stack } = options;
  const throwaway = ports === 'free';
  const dataDir = throwaway ? await mkdtemp(join(tmpdir(), 'slipway-')) : localDataDir(workspaceRoot, stack);
  const plan = throwaway ? ephemeralPlan(workspaceRoot, dataDir) : defaultPlan(workspaceRoot, dataDir);
  const cleanUp = throwaway ? () => rm(dataDir, { recursive: true, force: true }) : () => Promise.resolve();
  try {
    return { ...(await claimServices(options, { dataDir, throwaway, plan })), dataDir, throwaway, plan, cleanUp };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function claimServices(
  { only, command, stack, output: makeOutput }: StackOptions,
  scope: Pick<PreparedStack, 'dataDir' | 'throwaway' | 'plan'>,
): Promise<Pick<PreparedStack, 'services' | 'output' | 'reaper' | 'release'>> {
  const { here, elsewhere } = leaveOutUnrunnable(selectServices(await scope.plan(), only), only !== undefined);
  const names = sortByDependency(here);
  const output = makeOutput(names);
  for (const { name, reason } of elsewhere) output.say(`  ${name} is left out: ${reason}`);
  const reaper = startReaper();
  const { dataDir } = scope;
  const { release } = await acquireLocks({ names, dataDir, command, stack, reaperPid: reaper.pid, output });
  try {
    const placed = await placeServices(names, { ...scope, output });
    return { services: names.map((name) => byName(placed, name)), output, reaper, release };
  } catch (error) {
    release();
    throw error;
  }
}

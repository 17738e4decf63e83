import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@slipway/util/errors';
import { takeLock, type LockHolder, type RunLock } from '@slipway/util/lock';
import { isAlive } from '@slipway/util/process-identity';
import { stackOption } from './local-data-dir.ts';
import type { Output } from './output.ts';
import { startCommand } from '../../util/commands.ts';

/** A killed run's services have a few seconds to end, then they are killed: see reaper.ts. */
const patienceMs = 15_000;

type ClaimOptions = {
  names: string[];
  dataDir: string;
  /** What people typed to run us, e.g. `npm start`. */
  command: string;
  stack: string | undefined;
  reaperPid: number;
  output: Output;
};

/** Makes sure that no other run of this workspace has one of these services, and that none will until we release them. */
export async function acquireLocks({
  names,
  dataDir,
  command,
  stack,
  reaperPid,
  output,
}: ClaimOptions): Promise<RunLock> {
  const locks: RunLock[] = [];
  const release = () => locks.forEach((lock) => lock.release());
  const taken: { name: string; holder: LockHolder }[] = [];
  const onTakeover = async ({ reaper }: LockHolder) => {
    if (reaper === undefined || !isAlive(reaper)) return;
    output.say('The previous run was killed: waiting for its services to end');
    for (const end = Date.now() + patienceMs; isAlive(reaper) && Date.now() < end;) await sleep(50);
  };
  for (const name of names) {
    const lock = await takeLock(join(dataDir, name, 'run.lock'), command, { reaper: reaperPid, onTakeover });
    if ('release' in lock) locks.push(lock);
    else taken.push({ name, holder: lock });
  }
  if (taken.length === 0) return { release };
  release();
  throw describe(taken, names, stack);
}

function describe(
  taken: { name: string; holder: LockHolder }[],
  names: string[],
  stack: string | undefined,
): UserError {
  const holders = [...new Set(taken.map(({ holder }) => `${holder.command}, process ${holder.process.split('@')[0]}`))];
  const rest = names.filter((name) => !taken.some((other) => other.name === name));
  const list = taken.map(({ name }) => name).join(', ');
  const hint =
    rest.length === 0
      ? 'stop it first'
      : `stop it first, or start the others: ${startCommand(...(stack === undefined ? [] : [stackOption(stack).trim()]), '--only', rest.join(','))}`;
  return new UserError(`${list} ${taken.length === 1 ? 'runs' : 'run'} already (${holders.join('; ')})`, { hint });
}

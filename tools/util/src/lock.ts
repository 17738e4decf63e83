import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processIdentity } from './process-identity.ts';

/** Who holds a lock. `keeper`: the process that clears up after a killed holder, if it has one. */
export type LockHolder = { process: string; command: string; keeper?: string };

/** A takeover takes milliseconds, unless what the dead one has left must be cleared up first. */
const GUARD_WAIT_MS = 20;

export type RunLock = { release(): void };

/**
 * Takes the lock file `path`, or says who has it. A lock whose holder is gone is taken over; `previous` is then called
 * with it before anything else happens.
 */
export async function takeLock(
  path: string,
  command: string,
  { keeper, previous }: { keeper?: number; previous?: (holder: LockHolder) => Promise<void> } = {},
): Promise<RunLock | LockHolder> {
  await mkdir(dirname(path), { recursive: true });
  const mine: LockHolder = {
    process: processIdentity(process.pid),
    command,
    ...(keeper === undefined ? {} : { keeper: processIdentity(keeper) }),
  };
  const scratch = `${path}.${randomUUID()}`;
  await writeFile(scratch, JSON.stringify(mine));
  try {
    for (;;) {
      // A link appears whole and only where nothing is: no reader ever sees half a lock.
      const taken = await link(scratch, path).then(
        () => true,
        (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? false : Promise.reject(error)),
      );
      if (taken) return { release: () => rmSync(path, { force: true }) };
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      if (isAlive(holder.process)) return holder;
      await removeDead(path, scratch, previous);
    }
  } finally {
    await rm(scratch, { force: true });
  }
}

/**
 * Removes the lock if its holder is gone. Only one process does so at a time, and looks again before it does: else a
 * slow one would remove the live lock of one that was quicker.
 */
async function removeDead(
  path: string,
  scratch: string,
  previous: ((holder: LockHolder) => Promise<void>) | undefined,
): Promise<void> {
  const guard = `${path}.takeover`;
  try {
    await link(scratch, guard);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const other = await readHolder(guard);
    if (other !== undefined && !isAlive(other.process)) await rm(guard, { force: true });
    await sleep(GUARD_WAIT_MS);
    return;
  }
  try {
    const holder = await readHolder(path);
    if (holder === undefined || isAlive(holder.process)) return;
    await previous?.(holder);
    await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function readHolder(path: string): Promise<LockHolder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as LockHolder;
  } catch {
    return { process: '0', command: 'unknown' };
  }
}

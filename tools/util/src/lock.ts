import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, UserError } from './errors.ts';
import { pause } from './interruption.ts';
import { isAlive, processIdentity } from './process-identity.ts';

/** The process that holds a lock, and what it was started as. `reaper`: the process that clears up when it is killed. */
export type LockHolder = { process: string; command: string; reaper?: string };

/** A takeover takes milliseconds, unless what the dead one has left must be cleared up first. */
const GUARD_WAIT_MS = 20;

export type RunLock = { release(): void };

/** `onTakeover` is called with a holder that is gone, before the lock is taken over from it. */
type TakeOptions = { reaper?: number; onTakeover?: (holder: LockHolder) => Promise<void> };

/** Takes the lock file `path`, or resolves with its holder. A lock whose holder is gone is taken over. */
export async function takeLock(
  path: string,
  command: string,
  { reaper, onTakeover }: TakeOptions = {},
): Promise<RunLock | LockHolder> {
  await mkdir(dirname(path), { recursive: true });
  const mine: LockHolder = {
    process: processIdentity(process.pid),
    command,
    ...(reaper === undefined ? {} : { reaper: processIdentity(reaper) }),
  };
  const scratch = `${path}.${randomUUID()}`;
  await writeFile(scratch, JSON.stringify(mine));
  try {
    while (true) {
      // A link appears whole and only where nothing is: no reader ever sees half a lock.
      const taken = await link(scratch, path).then(
        () => true,
        (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? false : Promise.reject(error)),
      );
      if (taken) return { release: () => rmSync(path, { force: true }) };
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      if (isAlive(holder.process)) return holder;
      await removeDead(path, scratch, onTakeover);
    }
  } finally {
    await rm(scratch, { force: true });
  }
}

type WaitOptions = {
  /** How the holder is named to others, e.g. `npm run cluster -- up`. */
  command: string;
  /** Longest wait, ms. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Called once when there is something to wait for. */
  onWait?: (holder: LockHolder) => void;
};

const POLL_MS = 50;

/** Runs `work` while no other process of this machine runs its own under the lock file `path`. */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { command, timeoutMs, signal = new AbortController().signal, onWait }: WaitOptions,
): Promise<Result> {
  const end = Date.now() + timeoutMs;
  let lock = await takeLock(path, command);
  if (!('release' in lock)) onWait?.(lock);
  while (!('release' in lock)) {
    if (Date.now() > end) throw heldTooLong(path, lock, timeoutMs);
    await pause(POLL_MS, signal);
    lock = await takeLock(path, command);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function heldTooLong(path: string, holder: LockHolder, timeoutMs: number): UserError {
  const pid = holder.process.split('@')[0];
  return new UserError(`${holder.command} (process ${pid}) has held ${path} for ${timeoutMs / 1000} s`, {
    hint: `wait for it or stop it (kill ${pid}), then try again`,
  });
}

/**
 * Removes the lock if its holder is gone. Only one process does so at a time, and looks again before it does: else a
 * slow one would remove the live lock of one that was quicker.
 */
async function removeDead(path: string, scratch: string, onTakeover: TakeOptions['onTakeover']): Promise<void> {
  const guard = `${path}.takeover`;
  try {
    await link(scratch, guard);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const other = await readHolder(guard);
    if (other !== undefined && !isAlive(other.process)) await rm(guard, { force: true });
    await sleep(GUARD_WAIT_MS);
    return;
  }
  try {
    const holder = await readHolder(path);
    if (holder === undefined || isAlive(holder.process)) return;
    await onTakeover?.(holder);
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

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, processIdentity } from './process-identity.ts';

/** Who holds a lock. `keeper`: the process that clears up after a killed holder, if it has one. */
export type LockHolder = { process: string; command: string; keeper?: string };

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
      // Of several that find the same dead lock, one succeeds in moving it.
      const moved = await rename(path, `${scratch}.dead`).then(
        () => true,
        () => false,
      );
      if (!moved) continue;
      const found = await readHolder(`${scratch}.dead`);
      if (found?.process === holder.process) await previous?.(holder);
      // Another one had taken over in between: this is its live lock.
      else await link(`${scratch}.dead`, path).catch(() => {});
      await rm(`${scratch}.dead`, { force: true });
    }
  } finally {
    await rm(scratch, { force: true });
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

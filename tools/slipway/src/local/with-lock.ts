import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '@slipway/util/lock';
import { LocalError } from './local-error.ts';

const patienceMs = 10_000;

/** Runs `work` while no other process of this machine runs its own under the same lock file. */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const lock = await takeLock(path, 'secrets');
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (Date.now() > end)
      throw new LocalError(`process ${lock.process} has held ${path} for long`, 'Stop it and start again');
    await sleep(20);
  }
}

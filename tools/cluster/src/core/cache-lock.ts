import { join } from 'node:path';
import { withLock } from '@slipway/util/lock';
import { cacheDir, self } from './paths.ts';
import { interruption } from './run.ts';
import { say } from './steps.ts';
import { removeWorkFolders } from './work-folder.ts';

/** A cold build on a slow machine takes half of it. */
const LONGEST_WAIT_MS = 60 * 60_000;

/** Runs `work` while no other run changes this cache or its clusters, on a cache without leftovers of killed runs. */
export function withCacheLock<Result>(work: () => Promise<Result>): Promise<Result> {
  const whole = async (): Promise<Result> => {
    await removeWorkFolders();
    return work();
  };
  return withLock(join(cacheDir, 'run.lock'), whole, {
    command: `${self} ${process.argv.slice(2).join(' ')}`,
    timeoutMs: LONGEST_WAIT_MS,
    signal: interruption(),
    onWait: ({ command, process: id }) =>
      say(`waiting until another run ends: ${command}, process ${id.split('@')[0]}`),
  });
}

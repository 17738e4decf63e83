import { withCacheLock } from '../core/cache-lock.ts';
import { say } from '../core/steps.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import type { Options } from './options.ts';

export async function engine({ install }: Options): Promise<number> {
  await withCacheLock(() => ensureEngine(install));
  say('the Docker engine is running');
  return 0;
}

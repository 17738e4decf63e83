import { withLock } from '../core/lock.ts';
import { cacheDir } from '../core/paths.ts';
import { say } from '../core/steps.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import type { CliArguments } from './options.ts';

export async function engine({ install }: CliArguments): Promise<number> {
  await withLock(cacheDir, () => ensureEngine(install));
  say('the Docker engine is running');
  return 0;
}

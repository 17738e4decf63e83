import type { CliArguments } from '../cli-arguments.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { withLock } from '../exec/lock.ts';
import { cacheDir } from '../paths.ts';
import { say } from '../progress/progress.ts';

export async function engine({ install }: CliArguments): Promise<number> {
  await withLock(cacheDir, () => ensureEngine(install));
  say('the Docker engine is running');
  return 0;
}

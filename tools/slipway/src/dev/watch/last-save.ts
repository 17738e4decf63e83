import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** When the youngest of the files was saved, ms since 1970; now, when they are gone. */
export async function lastSave(workspaceRoot: string, paths: string[]): Promise<number> {
  const times = await Promise.all(
    paths.map((path) =>
      stat(join(workspaceRoot, path)).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ),
    ),
  );
  return Math.max(...times);
}

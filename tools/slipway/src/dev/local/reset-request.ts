import { readFileSync, watch } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { pause } from '@slipway/util/interruption';

/**
 * An empty file, with which another process asks a run to begin a service's database anew. It goes when the data are
 * gone; the reason why they are not is written into it.
 */
const FILE = 'reset-request';
const LOOK_MS = 50;

/** Calls `onRequest` for each service that is asked for. Requests from before, which nobody waits for any more, are dropped. */
export async function watchResetRequests(
  dataDir: string,
  names: string[],
  onRequest: (name: string) => Promise<void>,
): Promise<{ close(): void }> {
  const watchers = await Promise.all(
    names.map(async (name) => {
      const folder = join(dataDir, name);
      const request = join(folder, FILE);
      await mkdir(folder, { recursive: true });
      await rm(request, { force: true });
      let isBusy = false;
      const answer = async (): Promise<void> => {
        isBusy = true;
        await onRequest(name).then(
          () => rm(request, { force: true }),
          (error: Error) => writeFile(request, error.message),
        );
        isBusy = false;
      };
      const watcher = watch(folder, (_, file) => {
        if (file !== FILE || isBusy || read(request) !== '') return;
        // A disk that takes no answer: whoever asked waits no longer than its deadline.
        answer().catch(() => (isBusy = false));
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    }),
  );
  return { close: () => watchers.forEach((watcher) => watcher.close()) };
}

/** Asks the run that has the service, and waits until its data are gone. Throws UserError after `timeoutMs`. */
export async function requestReset(
  dataDir: string,
  name: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const request = join(dataDir, name, FILE);
  await writeFile(request, '');
  const end = Date.now() + timeoutMs;
  try {
    for (let answer = read(request); answer !== undefined; answer = read(request)) {
      if (answer !== '') throw new UserError(`${name} keeps its data: ${answer}`);
      if (Date.now() > end) throw new UserError(`the run that has ${name} did not answer within ${timeoutMs / 1000} s`);
      await pause(LOOK_MS, signal);
    }
  } finally {
    await rm(request, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

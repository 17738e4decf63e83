import { readFileSync, watch } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '@slipway/util/errors';
import { pause } from '@slipway/util/interruption';

/** What another process may ask a run to do with one of its services. `reset`: empty its database. */
export const SERVICE_ACTIONS = ['reset', 'restart', 'start', 'stop'] as const;
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

const LOOK_MS = 50;

/** An empty file asks. It goes when that is done; the reason why it is not is written into it. */
function fileOf(action: ServiceAction): string {
  return `${action}-request`;
}

/** Handles requests for a service. Drops requests from before the start, which have no waiting caller. */
export async function watchRequests(
  dataDir: string,
  name: string,
  actions: Record<ServiceAction, () => Promise<void>>,
): Promise<{ close(): void }> {
  const folder = join(dataDir, name);
  await mkdir(folder, { recursive: true });
  await Promise.all(SERVICE_ACTIONS.map((action) => rm(join(folder, fileOf(action)), { force: true })));
  const busy = new Set<ServiceAction>();
  const answer = async (action: ServiceAction): Promise<void> => {
    const request = join(folder, fileOf(action));
    await actions[action]().then(
      () => rm(request, { force: true }),
      (error: Error) => writeFile(request, error.message),
    );
  };
  const watcher = watch(folder, (_, file) => {
    const action = SERVICE_ACTIONS.find((known) => fileOf(known) === file);
    if (action === undefined || busy.has(action) || read(join(folder, fileOf(action))) !== '') return;
    busy.add(action);
    // The disk takes no answer: the caller waits until its deadline.
    void answer(action)
      .catch(() => {})
      .finally(() => busy.delete(action));
  });
  watcher.on('error', () => watcher.close());
  return { close: () => watcher.close() };
}

/** Asks the run that has the service, and waits until it is done. Throws UserError with its reason, or after `timeoutMs`. */
export async function requestAction(
  { dataDir, name, action }: { dataDir: string; name: string; action: ServiceAction },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const request = join(dataDir, name, fileOf(action));
  await writeFile(request, '');
  const end = Date.now() + timeoutMs;
  try {
    for (let answer = read(request); answer !== undefined; answer = read(request)) {
      if (answer !== '') throw new UserError(answer);
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
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

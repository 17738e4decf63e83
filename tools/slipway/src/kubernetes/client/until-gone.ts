import { UserError } from '@slipway/util/errors';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { KubeApi } from './kube-api.ts';
import { watchResources } from './watch-resources.ts';

/** Objects whose end is awaited: those of a list that `isOurs`. */
export type EndingObjects = {
  path: string;
  query?: Record<string, string>;
  isOurs?: (object: KubernetesObject) => boolean;
};

/** Starts watching, calls `begin`, and waits until none of the objects is left. At the deadline it throws, naming them. */
export async function untilGone(
  api: KubeApi,
  awaited: EndingObjects[],
  deadlineMs: number,
  begin: () => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const stores = awaited.map((entry) => ({ ...entry, store: new Map<string, KubernetesObject>() }));
  const left = () =>
    stores.flatMap(({ store, isOurs = () => true, path }) =>
      [...store.values()].filter(isOurs).map(({ metadata }) => `${path.split('/').at(-1)}/${metadata.name}`),
    );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = () => reject(new UserError(`after ${deadlineMs / 1000} s there is still: ${left().join(', ')}`));
  const timer = setTimeout(fail, deadlineMs);
  let hasBegun = false;
  const check = () => {
    if (hasBegun && left().length === 0) resolve();
  };
  try {
    const watches = await Promise.all(
      stores.map(({ store, ...resources }) =>
        watchResources(api, resources, { store, changed: check, signal: abort.signal }),
      ),
    );
    for (const { failed } of watches) failed.catch(reject);
    await begin();
    hasBegun = true;
    check();
    await promise;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

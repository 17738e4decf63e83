import { parseJson } from '@slipway/util/json';
import type { KubeApi } from './kube-api.ts';
import { KubeError } from './kube-error.ts';

/** What every object has that can be watched. */
type Watched = { metadata: { name: string; resourceVersion?: string } };
type List<Type> = { metadata: { resourceVersion: string }; items: Type[] };
type WatchEvent<Type> = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'; object: Type };

/**
 * Keeps `store` (name → object) equal to the resources at `path` until `signal` aborts: a list, then a watch from there;
 * lists anew when the server has forgotten the version. Calls `changed` after every event. Resolves after the first list.
 */
export async function watchResources<Type extends Watched>(
  api: KubeApi,
  { path, query = {} }: { path: string; query?: Record<string, string> },
  { store, changed, signal }: { store: Map<string, Type>; changed: () => void; signal: AbortSignal },
): Promise<{ failed: Promise<never> }> {
  let version = await relist();

  async function relist(): Promise<string> {
    const list = await api.get<List<Type>>(`${path}?${new URLSearchParams(query)}`);
    store.clear();
    for (const item of list?.items ?? []) store.set(item.metadata.name, item);
    changed();
    return list?.metadata.resourceVersion ?? '0';
  }

  async function follow(): Promise<never> {
    while (true) {
      const watch = new URLSearchParams({
        ...query,
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: version,
      });
      try {
        for await (const line of api.lines(`${path}?${watch}`, signal)) {
          const { type, object } = parseJson<WatchEvent<Type>>(line, `an event of ${path}`);
          if (type === 'ERROR') throw new KubeError('GET', path, 410, JSON.stringify(object));
          version = String(object.metadata.resourceVersion);
          if (type === 'BOOKMARK') continue;
          if (type === 'DELETED') store.delete(object.metadata.name);
          else store.set(object.metadata.name, object);
          changed();
        }
      } catch (error) {
        if (signal.aborted) return new Promise(() => undefined);
        if (!(error instanceof KubeError && error.status === 410)) throw error;
        version = await relist();
      }
      if (signal.aborted) return new Promise(() => undefined);
    }
  }

  return { failed: follow() };
}

import { type KubeApi } from './kube-api.ts';
import { KubeError } from './kube-error.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

export type LiveObject = { path: string; object: KubernetesObject };

/** `unknown`: API groups that do not answer, and what they hold may be anything. */
export type NamespaceContents = { objects: LiveObject[]; unknown: string[] };

type Group = { preferredVersion: { groupVersion: string } };
type Resource = { name: string; kind: string; namespaced: boolean; verbs: string[] };

/** Everything in the namespace that deleting it would delete, of whatever kind the cluster knows. */
export async function namespaceContents(api: KubeApi, namespace: string): Promise<NamespaceContents> {
  const { groups } = (await api.get<{ groups: Group[] }>('/apis')) ?? { groups: [] };
  const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const found = await Promise.all(versions.map((version) => objectsOf(api, version, namespace)));
  const objects = found.flatMap((entries) => entries ?? []);
  return {
    // Some kinds are served by two groups.
    objects: [...new Map(objects.map((entry) => [String(entry.object.metadata.uid), entry])).values()],
    unknown: versions.filter((_, index) => found[index] === undefined),
  };
}

/** Undefined when the group does not answer, as one whose server is away, or may not be read. */
async function objectsOf(api: KubeApi, apiVersion: string, namespace: string): Promise<LiveObject[] | undefined> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  try {
    const { resources } = (await api.get<{ resources: Resource[] }>(root)) ?? { resources: [] };
    const listable = resources.filter(
      ({ name, namespaced, verbs }) =>
        namespaced && !name.includes('/') && verbs.includes('list') && verbs.includes('delete'),
    );
    const lists = await Promise.all(
      listable.map(async ({ name, kind }): Promise<LiveObject[]> => {
        const path = `${root}/namespaces/${namespace}/${name}`;
        const list = await api.get<{ items: KubernetesObject[] }>(path);
        return (list?.items ?? []).map((item) => ({
          path: `${path}/${item.metadata.name}`,
          // Lists leave out what all of their items have in common.
          object: { ...item, apiVersion, kind },
        }));
      }),
    );
    return lists.flat();
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

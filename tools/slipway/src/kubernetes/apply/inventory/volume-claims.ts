import type { V1StatefulSet } from '@kubernetes/client-node';
import type { KubeApi } from '../../client/kube-api.ts';
import { resourcePaths } from '../../client/resource-paths.ts';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import { MANAGED_BY_LABEL, PART_OF_LABEL } from '../../labels.ts';
import type { ObjectId } from './inventory.ts';
import type { Live } from '../../live.ts';

type StatefulSet = Live<V1StatefulSet>;

/** The kind whose objects hold data; nothing that the files say deletes one. */
export const VOLUME_CLAIM = 'PersistentVolumeClaim';

/** Names of the claims on volumes in the stack's namespace. */
export async function volumeClaims(api: KubeApi, stack: string): Promise<string[]> {
  const path = `/api/v1/namespaces/${stack}/persistentvolumeclaims`;
  const list = await api.get<{ items: KubernetesObject[] }>(path);
  return (list?.items ?? []).map(({ metadata }) => metadata.name);
}

/** The claims that stay when `objects` are pruned: those among them, and those that their StatefulSets have made. */
export async function keptClaims(api: KubeApi, stack: string, objects: ObjectId[]): Promise<string[]> {
  const sets = objects.filter(({ kind }) => kind === 'StatefulSet');
  const declared = objects.filter(({ kind }) => kind === VOLUME_CLAIM).map(({ name }) => name);
  if (sets.length + declared.length === 0) return [];
  const pathOf = resourcePaths(api);
  const [present, live] = await Promise.all([
    volumeClaims(api, stack),
    Promise.all(
      sets.map(async ({ apiVersion, kind, name }) =>
        api.get<StatefulSet>(await pathOf({ apiVersion, kind, metadata: { name, namespace: stack } })),
      ),
    ),
  ]);
  const made = live.flatMap((set) => (set === undefined ? [] : claimPrefixes(set)));
  return present.filter((name) => declared.includes(name) || made.some((prefix) => isNumbered(name, prefix)));
}

type ClaimingSet = { metadata: { name: string }; spec?: { volumeClaimTemplates?: ClaimTemplate[] } | undefined };
type ClaimTemplate = { metadata?: { name?: string } };

/** What the names of a StatefulSet's claims begin with; a number follows. */
export function claimPrefixes(set: ClaimingSet): string[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => claimPrefix(set, template));
}

/** The same for one of its templates. */
export function claimPrefix({ metadata }: ClaimingSet, template: ClaimTemplate): string {
  return `${template.metadata?.name}-${metadata.name}-`;
}

/** Labels claims that outlive their StatefulSets, so that they are still known as the stack's. */
export async function labelClaims(api: KubeApi, stack: string, claims: string[]): Promise<void> {
  const labels = { [PART_OF_LABEL]: stack, [MANAGED_BY_LABEL]: 'slipway' };
  await Promise.all(
    claims.map((claim) => {
      const path = `/api/v1/namespaces/${stack}/persistentvolumeclaims/${claim}`;
      return api.send('PATCH', path, { metadata: { labels } }, 'application/merge-patch+json');
    }),
  );
}

/** What people need to know of a claim that stays. */
export function claimHint({ context }: KubeApi, stack: string, claim: string): string {
  return `it holds data. Delete it for good: kubectl --context ${context} -n ${stack} delete pvc ${claim}`;
}

/** Whether the claim's name is `prefix` with a number: a StatefulSet has made it. */
export function isNumbered(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
}

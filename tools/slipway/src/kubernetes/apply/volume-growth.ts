import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { isDeepStrictEqual } from 'node:util';
import { parseQuantity } from '../../util/format/quantity.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { claimPrefix, isNumbered } from './inventory/volume-claims.ts';
import { isKind, type ObjectOf } from '../kinds.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { Json, Live } from '../live.ts';

/** A claim that is to ask for more: its path, and the size as a fragment writes it. */
export type VolumeGrowth = { path: string; size: string };

type Template = Json<V1PersistentVolumeClaim>;
type StatefulSet = ObjectOf<'StatefulSet'>;

const MERGE_PATCH = 'application/merge-patch+json';

/** Whether two StatefulSets differ in nothing about their volumes but that these are to be larger. */
export function onlyGrows(live: KubernetesObject, declared: KubernetesObject): boolean {
  if (!isKind(live, 'StatefulSet') || !isKind(declared, 'StatefulSet')) return false;
  const [before, after] = [templatesOf(live), templatesOf(declared)];
  const isSameSet =
    isDeepStrictEqual(live.spec?.selector, declared.spec?.selector) &&
    (declared.spec?.serviceName ?? live.spec?.serviceName) === live.spec?.serviceName;
  return (
    isSameSet &&
    before.length === after.length &&
    after.every((template) => {
      const old = before.find(({ metadata }) => metadata?.name === template.metadata?.name);
      return old !== undefined && sizeOf(template) >= sizeOf(old) && isWithin(sized(old, template), template.spec);
    })
  );
}

/**
 * The claims that the StatefulSet has made and that are to grow with it. Asks the API server by dry runs: it refuses, as
 * KubeError, what the storage class does not allow.
 */
export async function planGrowth(
  api: KubeApi,
  live: KubernetesObject,
  declared: KubernetesObject,
): Promise<VolumeGrowth[]> {
  if (!isKind(live, 'StatefulSet') || !isKind(declared, 'StatefulSet')) return [];
  const claims = `/api/v1/namespaces/${live.metadata.namespace}/persistentvolumeclaims`;
  const present = (await api.get<{ items: Live<V1PersistentVolumeClaim>[] }>(claims))?.items ?? [];
  const growing = templatesOf(declared).flatMap((template) =>
    present
      .filter(({ metadata }) => isNumbered(metadata.name, claimPrefix(live, template)))
      .filter((claim) => sizeOf(claim) < sizeOf(template))
      .map(({ metadata }) => ({ path: `${claims}/${metadata.name}`, size: requested(template)! })),
  );
  for (const growth of growing) await grow(api, growth, { dryRun: true });
  return growing;
}

/** Lets the claim ask for its new size. Throws KubeError. */
export async function grow(api: KubeApi, { path, size }: VolumeGrowth, { dryRun }: { dryRun: boolean }): Promise<void> {
  const patch = { spec: { resources: { requests: { storage: size } } } };
  await api.send('PATCH', dryRun ? `${path}?dryRun=All` : path, patch, MERGE_PATCH);
}

function templatesOf({ spec }: StatefulSet): Template[] {
  return spec?.volumeClaimTemplates ?? [];
}

function requested({ spec }: Template): string | undefined {
  return spec?.resources?.requests?.storage;
}

function sizeOf(claim: Template): number {
  return parseQuantity(requested(claim) ?? '0') ?? NaN;
}

/** What `old` asks for, in the size of `template`. */
function sized({ spec }: Template, template: Template): unknown {
  return { ...spec, resources: { ...spec?.resources, requests: template.spec?.resources?.requests } };
}

/** Whether `whole`, which the API server has completed, says what `part` says. */
function isWithin(whole: unknown, part: unknown): boolean {
  if (!isObject(part) || !isObject(whole)) return isDeepStrictEqual(whole, part);
  return Object.entries(part).every(([field, value]) => isWithin(whole[field], value));
}

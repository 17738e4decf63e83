import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import type { FieldSet } from '../apply/managed-fields/field-set.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../kubernetes-object.ts';

/** RFC 7396. */
export function mergePatch(live: unknown, patch: JsonObject): JsonObject {
  const merged: JsonObject = isObject(live) ? { ...live } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? mergePatch(merged[key], value) : value;
  }
  return merged;
}

/** Like server-side apply without other managers; records the manager. */
export function merged(live: KubernetesObject | undefined, sent: KubernetesObject, manager: string): KubernetesObject {
  const own: ManagedFieldsEntry = {
    manager,
    operation: 'Apply',
    apiVersion: sent.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(sent),
  };
  const others = (live?.metadata.managedFields ?? []).filter((it) => it.manager !== manager);
  const data = sent.data === undefined ? live?.data : { ...dataOfOthers(live, manager), ...sent.data };
  return {
    ...live,
    ...sent,
    ...(data === undefined ? {} : { data }),
    metadata: {
      ...live?.metadata,
      ...sent.metadata,
      labels: { ...live?.metadata.labels, ...sent.metadata?.labels },
      annotations: { ...live?.metadata.annotations, ...sent.metadata?.annotations },
      generation: generationOf(live) + (isDeepStrictEqual(live?.spec, { ...live, ...sent }.spec) ? 0 : 1),
      managedFields: [...others, own],
    },
  };
}

/** Each key of `data` has a separate owner. */
function dataOfOthers(live: KubernetesObject | undefined, manager: string): object {
  const own = (live?.metadata.managedFields ?? []).find((entry) => entry.manager === manager)?.fieldsV1['f:data'] ?? {};
  return Object.fromEntries(Object.entries(live?.data ?? {}).filter(([key]) => !(`f:${key}` in own)));
}

function generationOf(live: KubernetesObject | undefined): number {
  return Number(live?.metadata.generation ?? 0);
}

function fieldsOf({ apiVersion: _, kind: __, metadata = { name: '' }, ...rest }: Partial<KubernetesObject>): FieldSet {
  const names = Object.keys(metadata).filter((key) => key !== 'name' && key !== 'namespace');
  return {
    'f:metadata': fields(names),
    ...fields(Object.keys(rest)),
    ...(isObject(rest.data) ? { 'f:data': fields(Object.keys(rest.data)) } : {}),
  };
}

function fields(names: string[]): FieldSet {
  return Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
}

let count = 0;
export function withUid(object: KubernetesObject): KubernetesObject {
  const { uid = `uid-${++count}` } = object.metadata;
  return { ...object, metadata: { ...object.metadata, uid } };
}

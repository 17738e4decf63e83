import type { V1ObjectMeta } from '@kubernetes/client-node';
import { isObject } from '../util/json-object.ts';
import type { Json } from './live.ts';

/**
 * Fields of an object as `managedFields` writes them (FieldsV1): `f:name` is a field, `k:{…}` a list's element by its
 * key, `v:…` by its value, `i:…` by its place; `.` stands for the map or element itself; a leaf is empty.
 */
export type FieldSet = { [key: string]: FieldSet };

/** Which fields one manager owns. */
export type ManagedFieldsEntry = {
  manager: string;
  /** `Apply` or `Update`. */
  operation: string;
  apiVersion: string;
  time?: string;
  fieldsType: string;
  fieldsV1: FieldSet;
  subresource?: string;
};

/** Any Kubernetes object; its shape is checked against Kubernetes' schema, and narrowed by `isKind`. */
export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: Omit<Json<V1ObjectMeta>, 'managedFields'> & {
    name: string;
    managedFields?: ManagedFieldsEntry[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
};

/** Whether a document says what it is and how it is called, as every object does; its kind's schema says the rest. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (!isObject(value) || !isObject(value.metadata)) return false;
  return [value.apiVersion, value.kind, value.metadata.name].every((it) => typeof it === 'string');
}

import type { KubernetesObject, ManagedFieldsEntry as Entry } from '../../kubernetes-object.ts';
import { type FieldPath, type FieldSet, omit, subtract, union } from './field-set.ts';

/** The name under which the API server remembers which fields are slipway's. */
export const FIELD_MANAGER = 'slipway';

/** Fields that one other manager has set; `time`: when it did so last, RFC 3339. */
export type ManagersFields = { manager: string; time?: string; fields: FieldSet };

/** Kubernetes' own parts: what they write is theirs to write. */
const KUBERNETES = [
  'kube-apiserver',
  'kube-controller-manager',
  'cloud-controller-manager',
  'kube-scheduler',
  'kubelet',
];

/** What `kubectl apply` remembers of itself: a copy of all that it has applied. */
export const LAST_APPLIED: FieldPath = [
  'f:metadata',
  'f:annotations',
  'f:kubectl.kubernetes.io/last-applied-configuration',
];

/** Bookkeeping and operations, which declare nothing. */
const NO_DECLARATIONS: FieldPath[] = [
  ['f:metadata', 'f:finalizers'],
  ['f:metadata', 'f:ownerReferences'],
  // `kubectl rollout restart`: taking it back would restart the pods once more.
  ['f:spec', 'f:template', 'f:metadata', 'f:annotations', 'f:kubectl.kubernetes.io/restartedAt'],
];

/** The fields that slipway has applied. */
export function ownFields(object: KubernetesObject): FieldSet {
  return entriesOf(object).find(isOwn)?.fieldsV1 ?? {};
}

/**
 * What people and their tools have set, manager by manager. Not what Kubernetes writes itself, nor a webhook that
 * completes what slipway sends, nor what goes through a subresource (status, an autoscaler's scale).
 */
export function driftedFields(object: KubernetesObject): ManagersFields[] {
  const entries = entriesOf(object);
  const untouchable = entries.filter((entry) => !isOtherManager(entry, object) && !isOwn(entry));
  const kept = untouchable.map(({ fieldsV1 }) => fieldsV1).reduce(union, {});
  return entries
    .filter((entry) => isOtherManager(entry, object))
    .map(({ manager, time, fieldsV1 }) => ({
      manager,
      ...(time === undefined ? {} : { time }),
      fields: subtract(declarations(object, fieldsV1), kept),
    }))
    .filter(({ fields }) => Object.keys(fields).length > 0);
}

/**
 * `managedFields` as if slipway had applied the fields of other managers: its next apply then removes the undeclared
 * ones. Undefined if there are none.
 */
export function handedOver(object: KubernetesObject): Entry[] | undefined {
  const taken = driftedFields(object)
    .map(({ fields }) => fields)
    .reduce(union, {});
  if (Object.keys(taken).length === 0) return undefined;
  const entries = entriesOf(object);
  const own = entries.find(isOwn) ?? {
    manager: FIELD_MANAGER,
    operation: 'Apply',
    apiVersion: object.apiVersion,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    fieldsType: 'FieldsV1',
    fieldsV1: {},
  };
  const others = entries
    .filter((entry) => !isOwn(entry))
    .map((entry) => (isOtherManager(entry, object) ? { ...entry, fieldsV1: subtract(entry.fieldsV1, taken) } : entry))
    .filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  return [{ ...own, fieldsV1: union(own.fieldsV1, taken) }, ...others];
}

/**
 * The fields of a manager that can be removed. In a Secret, a value that was added by hand exists nowhere else and
 * stays; the copy of the values that `kubectl describe` shows is removed.
 */
function declarations(object: KubernetesObject, fields: FieldSet): FieldSet {
  const declared = NO_DECLARATIONS.reduce(omit, fields);
  if (object.kind !== 'Secret') return omit(declared, LAST_APPLIED);
  const { 'f:data': data = {}, ...others } = declared;
  const own = ownFields(object)['f:data'] ?? {};
  const shared = Object.entries(data).filter(([key]) => key in own);
  return shared.length === 0 ? others : { ...others, 'f:data': Object.fromEntries(shared) };
}

function entriesOf({ metadata }: KubernetesObject): Entry[] {
  return metadata.managedFields ?? [];
}

function isOwn({ manager, operation, subresource = '' }: Entry): boolean {
  return manager === FIELD_MANAGER && operation === 'Apply' && subresource === '';
}

function isOtherManager({ manager, apiVersion, subresource = '' }: Entry, object: KubernetesObject): boolean {
  // Another version may name the same field otherwise.
  return (
    subresource === '' && manager !== FIELD_MANAGER && !KUBERNETES.includes(manager) && apiVersion === object.apiVersion
  );
}

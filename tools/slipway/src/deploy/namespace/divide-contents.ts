import { INVENTORY_NAME } from '../../kubernetes/apply/inventory/inventory.ts';
import { claimPrefixes, isNumbered, VOLUME_CLAIM } from '../../kubernetes/apply/inventory/volume-claims.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import type { LiveObject } from '../../kubernetes/client/namespace-contents.ts';
import { isOwnObject, type Whose } from './own-object.ts';
import { isKind } from '../../kubernetes/kinds.ts';

/** `dependents`: what controllers have made for `own`, which goes when those go. */
export type DividedContents = { own: LiveObject[]; dependents: LiveObject[]; foreign: LiveObject[] };

/** What Kubernetes and common add-ons put into every namespace. */
const EVERYWHERE = [
  'ConfigMap/kube-root-ca.crt',
  'ConfigMap/istio-ca-root-cert',
  'ConfigMap/openshift-service-ca.crt',
  'ServiceAccount/default',
];

/**
 * Separates the stack's objects from foreign ones. Objects without an owner (events, the default account) are in
 * neither list. `isShared`: in doubt, an object is foreign.
 */
export function divideContents(objects: LiveObject[], whose: Whose): DividedContents {
  const isOwnClaim = ownClaims(objects, whose);
  const roots = objects.filter(
    ({ object }) =>
      isOwnObject(object, whose) ||
      idOf(object) === `ConfigMap/${INVENTORY_NAME}` ||
      (object.kind === VOLUME_CLAIM && isOwnClaim(object)),
  );
  const uids = new Set(roots.map(({ object }) => object.metadata.uid));
  const dependents = new Set<LiveObject>();
  // Owners may have owners: a Deployment's ReplicaSet has pods.
  for (let size = -1; size !== dependents.size;) {
    size = dependents.size;
    for (const entry of objects.filter(({ object }) => ownersOf(object).some((uid) => uids.has(uid)))) {
      dependents.add(entry);
      uids.add(entry.object.metadata.uid);
    }
  }
  const all = new Set(objects.map(({ object }) => object.metadata.uid));
  return {
    own: roots.filter((entry) => !dependents.has(entry)),
    dependents: [...dependents],
    foreign: objects.filter(
      ({ object }) =>
        !uids.has(object.metadata.uid) && !isSystem(object, objects) && !ownersOf(object).some((uid) => all.has(uid)),
    ),
  };
}

/** `Deployment/order`. */
export function idOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

function ownersOf({ metadata }: KubernetesObject): string[] {
  return (metadata.ownerReferences ?? []).map(({ uid }) => uid);
}

function isSystem(object: KubernetesObject, all: LiveObject[]): boolean {
  if (object.kind === 'Event' || EVERYWHERE.includes(idOf(object))) return true;
  // Made by a controller for the Service of the same name, and without an owner.
  return (
    object.kind === 'Endpoints' && all.some(({ object: other }) => idOf(other) === `Service/${object.metadata.name}`)
  );
}

/**
 * Whether a claim is on a volume of one of the stack's databases. A StatefulSet names its claims and gives them the labels
 * that it selects pods by, no others; a claim outlives it.
 */
function ownClaims(objects: LiveObject[], whose: Whose): (claim: KubernetesObject) => boolean {
  const sets = objects.flatMap(({ object }) => (isKind(object, 'StatefulSet') ? [object] : []));
  const prefixes = sets.filter((set) => isOwnObject(set, whose)).flatMap(claimPrefixes);
  return ({ metadata: { name, labels = {} } }) => {
    const isMadeBy = (prefix: string) => isNumbered(name, prefix);
    if (whose.isShared || prefixes.some(isMadeBy)) return prefixes.some(isMadeBy);
    const database = labels[NAME_LABEL] ?? '';
    const isOrphan = !sets.some(({ metadata }) => metadata.name === database);
    return isOrphan && database.endsWith('-db') && Object.keys(labels).length === 1 && isMadeBy(`data-${database}-`);
  };
}

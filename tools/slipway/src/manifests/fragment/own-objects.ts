import { INVENTORY_NAME } from '../../kubernetes/apply/inventory/inventory.ts';
import { DEFAULT_DENY, EXTERNAL_DATABASES } from '../defaults/network-policies.ts';

/** Objects of every stack that no service declares, by kind and name, and whose they are. */
const OWN_OBJECTS: { kind: string; name: RegExp; owner: string }[] = [
  { kind: 'ConfigMap', name: new RegExp(`^${INVENTORY_NAME}$`), owner: "slipway's inventory of the stack" },
  { kind: 'ConfigMap', name: /^kube-root-ca\.crt$/, owner: "Kubernetes' own" },
  { kind: 'NetworkPolicy', name: new RegExp(`^(${DEFAULT_DENY}|${EXTERNAL_DATABASES})$`), owner: "the stack's own" },
  { kind: 'PersistentVolumeClaim', name: /-db-\d+$/, owner: "the claim of a database's volume" },
  { kind: 'ServiceAccount', name: /^default$/, owner: "Kubernetes' own" },
];

/** Whose an object of this kind and name is; undefined for one that a service may declare. */
export function ownObject(kind: string, name: string): string | undefined {
  return OWN_OBJECTS.find((own) => own.kind === kind && own.name.test(name))?.owner;
}

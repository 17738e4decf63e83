import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { PART_OF_LABEL } from '../../kubernetes/labels.ts';
import { isKind, type ObjectOf } from '../../kubernetes/kinds.ts';

type Policy = ObjectOf<'NetworkPolicy'>;

/**
 * The stack's objects as they may be applied beside those of others: the Namespace with its Pod Security labels is left
 * out, and a NetworkPolicy for every pod, which would cut off those of others, is for the stack's pods alone.
 */
export function inSharedNamespace(objects: KubernetesObject[], stack: string): KubernetesObject[] {
  return objects
    .filter(({ kind, metadata }) => kind !== 'Namespace' || metadata.name !== stack)
    .map((object) => (isKind(object, 'NetworkPolicy') && isForEveryPod(object) ? forPodsOf(object, stack) : object));
}

function isForEveryPod({ spec }: Policy): boolean {
  return Object.values(spec?.podSelector ?? {}).every((part) => Object.keys(part ?? {}).length === 0);
}

function forPodsOf(policy: Policy, stack: string): KubernetesObject {
  return { ...policy, spec: { ...policy.spec, podSelector: { matchLabels: { [PART_OF_LABEL]: stack } } } };
}

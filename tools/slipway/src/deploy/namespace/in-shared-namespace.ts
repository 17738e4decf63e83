import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { PART_OF_LABEL } from '../../kubernetes/labels.ts';

type Policy = KubernetesObject & { spec?: { podSelector?: Record<string, unknown> } };

/**
 * The stack's objects as they may be applied beside those of others: the Namespace with its Pod Security labels is left
 * out, and a NetworkPolicy for every pod, which would cut off those of others, is for the stack's pods alone.
 */
export function inSharedNamespace(objects: KubernetesObject[], stack: string): KubernetesObject[] {
  return objects
    .filter(({ kind, metadata }) => kind !== 'Namespace' || metadata.name !== stack)
    .map((object) => (isForEveryPod(object) ? forPodsOf(object, stack) : object));
}

function isForEveryPod(object: KubernetesObject): boolean {
  if (object.kind !== 'NetworkPolicy') return false;
  const selector = (object as Policy).spec?.podSelector ?? {};
  return Object.values(selector).every((part) => Object.keys(part ?? {}).length === 0);
}

function forPodsOf(object: KubernetesObject, stack: string): KubernetesObject {
  const copy = structuredClone(object) as Policy;
  copy.spec = { ...copy.spec, podSelector: { matchLabels: { [PART_OF_LABEL]: stack } } };
  return copy;
}

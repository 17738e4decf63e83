import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { ENVIRONMENT_ANNOTATION } from '../../kubernetes/labels.ts';

type Marked = KubernetesObject & {
  spec: { template: { metadata?: { annotations?: Record<string, string> } } };
};

/** The hash of its settings that a Deployment's pods carry: when it changes, there are new pods. */
export function environmentMark(deployment: KubernetesObject): string | undefined {
  return (deployment as Marked).spec.template.metadata?.annotations?.[ENVIRONMENT_ANNOTATION];
}

export function withEnvironmentMark(deployment: KubernetesObject, mark: string): KubernetesObject {
  const marked = structuredClone(deployment) as Marked;
  const metadata = (marked.spec.template.metadata ??= {});
  metadata.annotations = { ...metadata.annotations, [ENVIRONMENT_ANNOTATION]: mark };
  return marked;
}

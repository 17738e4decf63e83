import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { ENVIRONMENT_ANNOTATION } from '../../kubernetes/labels.ts';
import { hasPodTemplate, withPodAnnotations } from '../../kubernetes/containers-of.ts';

/** The hash of its settings that a Deployment's pods carry: when it changes, there are new pods. */
export function environmentMark(deployment: KubernetesObject): string | undefined {
  return hasPodTemplate(deployment)
    ? deployment.spec.template.metadata?.annotations?.[ENVIRONMENT_ANNOTATION]
    : undefined;
}

export function withEnvironmentMark(deployment: KubernetesObject, mark: string): KubernetesObject {
  return withPodAnnotations(deployment, { [ENVIRONMENT_ANNOTATION]: mark });
}

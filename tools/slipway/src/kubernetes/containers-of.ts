import type { V1Container, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import { isObject } from '../util/json-object.ts';
import { isKind } from './kinds.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { Json } from './live.ts';

export type PodTemplate = Json<V1PodTemplateSpec>;
type WithPods = KubernetesObject & { spec: { template: PodTemplate } };

/** Whether the object makes pods of a template of its own, as a Deployment does. */
export function hasPodTemplate(object: KubernetesObject): object is WithPods {
  return isObject(object.spec) && isObject(object.spec.template);
}

/** The containers of a workload, a CronJob's and a bare Pod's too, init containers first. */
export function containersOf(object: KubernetesObject): Json<V1Container>[] {
  const { initContainers = [], containers = [] } = podSpec(object) ?? {};
  return [...initContainers, ...containers];
}

/** The object with other annotations beside those of its pods' template. */
export function withPodAnnotations(object: KubernetesObject, annotations: Record<string, string>): KubernetesObject {
  if (!hasPodTemplate(object)) return object;
  const { spec } = object;
  const { metadata } = spec.template;
  const annotated = { ...metadata, annotations: { ...metadata?.annotations, ...annotations } };
  return { ...object, spec: { ...spec, template: { ...spec.template, metadata: annotated } } };
}

function podSpec(object: KubernetesObject): Partial<Json<V1PodSpec>> | undefined {
  if (isKind(object, 'Pod')) return object.spec;
  if (isKind(object, 'CronJob')) return object.spec?.jobTemplate?.spec?.template?.spec;
  return hasPodTemplate(object) ? object.spec.template.spec : undefined;
}

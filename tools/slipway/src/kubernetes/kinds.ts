import type {
  V1ConfigMap,
  V1CronJob,
  V1Deployment,
  V1Job,
  V1NetworkPolicy,
  V1PersistentVolume,
  V1Pod,
  V1PodDisruptionBudget,
  V1Secret,
  V1Service,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { Json } from './live.ts';

/** The kinds that slipway reads fields of. */
type Kinds = {
  ConfigMap: V1ConfigMap;
  CronJob: V1CronJob;
  Deployment: V1Deployment;
  HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  Job: V1Job;
  NetworkPolicy: V1NetworkPolicy;
  PersistentVolume: V1PersistentVolume;
  Pod: V1Pod;
  PodDisruptionBudget: V1PodDisruptionBudget;
  Secret: V1Secret;
  Service: V1Service;
  StatefulSet: V1StatefulSet;
};

export type ObjectOf<Kind extends keyof Kinds> = KubernetesObject & { kind: Kind } & Json<
    Omit<Kinds[Kind], 'metadata' | 'kind' | 'apiVersion'>
  >;

/** Narrows an object to its kind, whose fields Kubernetes' schema has checked. Items of the API server's lists name no kind. */
export function isKind<Kind extends keyof Kinds>(object: KubernetesObject, kind: Kind): object is ObjectOf<Kind> {
  return object.kind === kind;
}

/** The object of a kind and name. */
export function findObject<Kind extends keyof Kinds>(
  objects: KubernetesObject[],
  kind: Kind,
  name: string,
): ObjectOf<Kind> | undefined {
  return objects.filter((object) => isKind(object, kind)).find(({ metadata }) => metadata.name === name);
}

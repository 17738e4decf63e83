import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';

/** Scales a service on CPU. A Node process has one core: at half of it there is room until a new pod serves. */
export function autoscaler(stack: string, service: string): KubernetesObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: service, namespace: stack, labels: labelsOf(stack, service, service) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '500m' } } },
      ],
    },
  };
}

import type { V1Container, V1Deployment, V1Pod } from '@kubernetes/client-node';
import { DEBUG_LABEL } from '../../kubernetes/labels.ts';
import type { Json } from '../../kubernetes/live.ts';

/** On the loopback of the pod: it is reached by forwarding alone. */
export const INSPECTOR_PORT = 9229;
/** Kubernetes ends the pod after this time if it was not deleted, s: a long day. */
const LONGEST_S = 10 * 60 * 60;

/**
 * One more pod like those of the Deployment, with Node's inspector open. It has no probe that would end it while it stands
 * at a breakpoint; the one for readiness stays, so that other requests go to other pods meanwhile.
 */
export function debugPod(deployment: Json<V1Deployment>, service: string): Json<V1Pod> {
  const { metadata = {}, spec } = deployment.spec!.template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: debugPodName(service),
      namespace: deployment.metadata!.namespace!,
      labels: { ...metadata.labels, [DEBUG_LABEL]: 'true' },
      annotations: { ...metadata.annotations },
    },
    spec: {
      ...spec!,
      restartPolicy: 'Never',
      activeDeadlineSeconds: LONGEST_S,
      containers: spec!.containers.map((container) => (container.name === 'app' ? inspected(container) : container)),
    },
  };
}

export function debugPodName(service: string): string {
  return `${service}-debug`;
}

function inspected({
  livenessProbe: _,
  startupProbe: __,
  env = [],
  ...container
}: Json<V1Container>): Json<V1Container> {
  const given = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  const value = `${given} --inspect=127.0.0.1:${INSPECTOR_PORT}`.trim();
  return { ...container, env: [...env.filter(({ name }) => name !== 'NODE_OPTIONS'), { name: 'NODE_OPTIONS', value }] };
}

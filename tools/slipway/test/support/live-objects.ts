import type {
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaim,
  V1PodStatus,
  V1PodSpec,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Json, Live } from '../../src/kubernetes/live.ts';
import { openChanges } from '../../src/kubernetes/rollout/changes.ts';
import type { ContainerStatus, Pod } from '../../src/kubernetes/rollout/pod.ts';
import type { StackView } from '../../src/kubernetes/rollout/stack-view.ts';
import { REVISION_ANNOTATION } from '../../src/kubernetes/rollout/deployment-state.ts';

/** Objects as an API server sends them, and a view of them: what a rollout judges, without a cluster. */

export const STACK = 'shop';
const labels = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': STACK });

export function deployment(name: string, revision: number, status: Json<V1Deployment>['status'] = {}, replicas = 1) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: STACK,
      generation: revision,
      labels: { ...labels(name), 'slipway.dev/service': name },
      annotations: { [REVISION_ANNOTATION]: String(revision) },
    },
    spec: { replicas, selector: {}, template: {} },
    status: { observedGeneration: revision, ...status },
  } satisfies Live<V1Deployment>;
}

/** What a Deployment's status is once all its pods are there. */
export function complete(replicas = 1) {
  return { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
}

export function replicaSet(owner: string, revision: number, refusal?: { message: string; since?: string }) {
  const conditions =
    refusal === undefined
      ? []
      : [
          {
            type: 'ReplicaFailure',
            status: 'True',
            reason: 'FailedCreate',
            message: refusal.message,
            lastTransitionTime: refusal.since ?? '2026-11-28T10:00:00Z',
          },
        ];
  return {
    metadata: {
      name: `${owner}-${revision}`,
      annotations: { [REVISION_ANNOTATION]: String(revision) },
      ownerReferences: [ownerReference('Deployment', owner)],
    },
    spec: { selector: {} },
    status: { replicas: 0, conditions },
  } satisfies Live<V1ReplicaSet>;
}

type PodParts = {
  owner: { kind: string; name: string };
  labels?: Record<string, string>;
  spec?: Partial<Json<V1PodSpec>>;
  status?: Json<V1PodStatus>;
  uid?: string;
};

export function pod(name: string, parts: PodParts): Pod {
  const { owner, spec = {}, status = {}, uid = `uid-of-${name}` } = parts;
  return {
    metadata: {
      name,
      uid,
      creationTimestamp: '2026-11-28T10:00:00Z',
      labels: { ...labels('order'), ...parts.labels },
      ownerReferences: [ownerReference(owner.kind, owner.name)],
    },
    spec: { containers: [{ name: 'app' }], restartPolicy: 'Always', ...spec },
    status,
  };
}

/** The one pod of a Deployment's revision, with its containers as they are. */
export function podOf(revision: number, containers: ContainerStatus[], init: ContainerStatus[] = [], spec = {}): Pod {
  const isReady = containers.length > 0 && containers.every(({ ready }) => ready);
  return pod(`order-${revision}-abcde`, {
    owner: { kind: 'ReplicaSet', name: `order-${revision}` },
    spec,
    status: {
      phase: isReady ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: containers,
      initContainerStatuses: init,
    },
  });
}

export function container(details: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name: 'app', image: 'app:1', imageID: '', ready: false, restartCount: 0, ...details };
}

export const READY = container({ ready: true, started: true, state: { running: {} } });
export const INITIALIZING = container({ state: { waiting: { reason: 'PodInitializing' } } });

/** A container that waits for a reason of the kubelet's. */
export function waiting(reason: string, message?: string): ContainerStatus {
  return container({ state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } });
}

export function ended(exitCode: number, reason = 'Error', finishedAt = '2026-11-28T10:00:05Z') {
  return { terminated: { exitCode, reason, finishedAt } };
}

export function statefulSet(name: string, status: Partial<Json<V1StatefulSet>['status']> = {}, spec = {}) {
  return {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      generation: 1,
      labels: { ...labels(name), 'slipway.dev/service': 'order' },
    },
    spec: { replicas: 1, selector: {}, serviceName: name, template: {}, ...spec },
    status: { observedGeneration: 1, replicas: 0, ...status },
  } satisfies Live<V1StatefulSet>;
}

export function daemonSet(
  name: string,
  template: number,
  status: Partial<Json<V1DaemonSet>['status']> = {},
  spec = {},
) {
  return {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      generation: template,
      labels: { ...labels(name), 'slipway.dev/service': 'order' },
      annotations: { 'deprecated.daemonset.template.generation': String(template) },
    },
    spec: { selector: {}, template: {}, ...spec },
    status: {
      observedGeneration: template,
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
      ...status,
    },
  } satisfies Live<V1DaemonSet>;
}

export function job(
  name: string,
  status: Json<V1Job>['status'] = {},
  more: { owner?: string; at?: string; spec?: object } = {},
) {
  return {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      creationTimestamp: more.at ?? '2026-11-28T10:00:00Z',
      labels: { ...labels(name), 'slipway.dev/service': 'order' },
      ...(more.owner === undefined ? {} : { ownerReferences: [ownerReference('CronJob', more.owner)] }),
    },
    spec: { backoffLimit: 0, template: {}, ...more.spec },
    status,
  } satisfies Live<V1Job>;
}

export const COMPLETE = { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] };
export const FAILED = {
  failed: 1,
  conditions: [
    {
      type: 'Failed',
      status: 'True',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    },
  ],
};

export function cronJob(name: string) {
  return {
    metadata: { name, uid: `uid-of-${name}`, labels: { ...labels(name), 'slipway.dev/service': 'order' } },
    spec: { schedule: '0 3 * * *', jobTemplate: {} },
    status: {},
  } satisfies Live<V1CronJob>;
}

type Contents = {
  deployments?: Live<V1Deployment>[];
  statefulSets?: Live<V1StatefulSet>[];
  daemonSets?: Live<V1DaemonSet>[];
  cronJobs?: Live<V1CronJob>[];
  jobs?: Live<V1Job>[];
  replicaSets?: Live<V1ReplicaSet>[];
  pods?: Pod[];
  claims?: Live<V1PersistentVolumeClaim>[];
};

/** A view that shows the objects; `change` shows others instead, as a watch would. */
export function fakeView(initial: Contents): StackView & { change: (contents: Contents) => void } {
  const changes = openChanges();
  const view = {
    stack: STACK,
    deployments: byName(initial.deployments),
    statefulSets: byName(initial.statefulSets),
    daemonSets: byName(initial.daemonSets),
    cronJobs: byName(initial.cronJobs),
    jobs: byName(initial.jobs),
    replicaSets: byName(initial.replicaSets),
    pods: byName(initial.pods),
    claims: byName(initial.claims),
  };
  return {
    ...view,
    change: (contents) => {
      for (const [kind, objects] of Object.entries(contents)) {
        const store = view[kind as keyof Contents] as Map<string, unknown>;
        store.clear();
        for (const object of objects) store.set(object.metadata.name, object);
      }
      changes.changed();
    },
    until: changes.until,
    close: () => undefined,
  };
}

function byName<Type extends { metadata: { name: string } }>(objects: Type[] = []): Map<string, Type> {
  return new Map(objects.map((object) => [object.metadata.name, object]));
}

function ownerReference(kind: string, name: string) {
  return { apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1', kind, name, uid: `uid-of-${name}` };
}

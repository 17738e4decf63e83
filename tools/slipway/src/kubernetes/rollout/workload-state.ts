import type { V1DaemonSet, V1Deployment, V1Job, V1ReplicaSet, V1StatefulSet } from '@kubernetes/client-node';
import type { Live } from '../live.ts';
import { parseQuantity } from '../../util/format/quantity.ts';
import { claimPrefixes, isNumbered } from '../apply/inventory/volume-claims.ts';
import { isReady } from './is-ready.ts';
import { NOTHING_BEFORE, type ObservedBefore } from './observed-before.ts';
import type { Pod } from './pod.ts';
import { podState } from './pod-state.ts';
import { refusedPods } from './refused-pods.ts';
import type { StackView } from './stack-view.ts';
import { type RolloutState, worstState, type WorkloadState } from './states.ts';

/** `generation`, `uid`: those that were applied; a status that is older, or another object's, says nothing. */
export type WorkloadId = { kind: WorkloadKind; name: string; generation: number; uid?: string };

/** The kinds whose objects are followed until they are ready or done. */
export type WorkloadKind = keyof typeof HANDLERS;

/** On a Deployment and its ReplicaSets: the number of the revision. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
/** On a DaemonSet: the number that its controller puts on the pods of its newest template. */
const TEMPLATE_ANNOTATION = 'deprecated.daemonset.template.generation';

type Scope = {
  view: StackView;
  object: RolloutState['object'];
  generation: number;
  uid: string | undefined;
  before: ObservedBefore;
};
type Handler = (scope: Scope) => WorkloadState;

const HANDLERS = {
  Deployment: deploymentState,
  StatefulSet: statefulSetState,
  DaemonSet: daemonSetState,
  Job: jobState,
  CronJob: cronJobState,
} satisfies Record<string, Handler>;

export function isWorkloadKind(kind: string): kind is WorkloadKind {
  return Object.hasOwn(HANDLERS, kind);
}

/** The state of a workload, judged by the pods of its newest revision; what was so `before` is no failure of it. */
export function workloadState(
  view: StackView,
  { kind, name, generation, uid }: WorkloadId,
  before = NOTHING_BEFORE,
): WorkloadState {
  return HANDLERS[kind]({ view, object: { kind, name }, generation, uid, before });
}

function deploymentState(scope: Scope): WorkloadState {
  const { view, object, before } = scope;
  const deployment = view.deployments.get(object.name);
  if (deployment === undefined || !isObserved(deployment, scope)) return notObserved(object);
  const replicaSet = newestReplicaSet(view, deployment);
  // Not the Deployment's own condition: that still speaks of an older revision while it is being left.
  const refused = replicaSet?.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (replicaSet !== undefined && refused !== undefined) {
    const state = refusedPods(object, refused.message ?? '');
    const isOld = before.hasRefused(replicaSet.metadata.name, refused.lastTransitionTime);
    return unready(isOld && state.outlook === 'final' ? { ...state, outlook: 'standing' } : state);
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment.status ?? {};
  const wanted = deployment.spec?.replicas ?? 1;
  const pods = replicaSet === undefined ? [] : ownedPods(view, 'ReplicaSet', replicaSet.metadata.name);
  return replicaState(scope, pods, { wanted, counts: [updatedReplicas, availableReplicas], total: replicas });
}

function statefulSetState(scope: Scope): WorkloadState {
  const { view, object } = scope;
  const set = view.statefulSets.get(object.name);
  if (set === undefined || !isObserved(set, scope)) return notObserved(object);
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, updateRevision } = set.status ?? {};
  const wanted = set.spec?.replicas ?? 1;
  const growing = volumeGrowing(scope, set);
  if (growing !== undefined) return unready(growing);
  const own = ownedPods(view, 'StatefulSet', object.name);
  // Pods that the set does not replace by itself stay on their revision, and count as they are.
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === 'OnDelete' || (rollingUpdate?.partition ?? 0) > 0) {
    return replicaState(scope, own, { wanted, counts: [readyReplicas], total: replicas });
  }
  const pods = own.filter(({ metadata }) => metadata.labels?.['controller-revision-hash'] === updateRevision);
  return replicaState(scope, pods, { wanted, counts: [updatedReplicas, readyReplicas], total: replicas });
}

/** A volume that is smaller than its claim asks for. */
function volumeGrowing({ view, object }: Scope, set: Live<V1StatefulSet>): RolloutState | undefined {
  const prefixes = claimPrefixes(set);
  const own = [...view.claims.values()].filter(({ metadata }) =>
    prefixes.some((prefix) => isNumbered(metadata.name, prefix)),
  );
  for (const { metadata, spec, status } of own) {
    const [wanted, present] = [spec?.resources?.requests?.storage, status?.capacity?.storage];
    if (wanted === undefined || present === undefined) continue;
    if ((parseQuantity(present) ?? NaN) >= (parseQuantity(wanted) ?? NaN)) continue;
    const words = status?.conditions?.map(({ type, message }) => [type, message].filter(Boolean).join(': ')) ?? [];
    const detail = [`PersistentVolumeClaim/${metadata.name} has ${present} of ${wanted}`, ...words].join('; ');
    return { code: 'volume-growing', outlook: 'passing', object, detail };
  }
  return undefined;
}

/** One pod for each node that it wants; none where no node is wanted. */
function daemonSetState(scope: Scope): WorkloadState {
  const { view, object } = scope;
  const set = view.daemonSets.get(object.name);
  if (set === undefined || !isObserved(set, scope)) return notObserved(object);
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = set.status ?? {};
  const own = ownedPods(view, 'DaemonSet', object.name);
  const template = set.metadata.annotations?.[TEMPLATE_ANNOTATION];
  if (set.spec?.updateStrategy?.type === 'OnDelete' || template === undefined) {
    return replicaState(scope, own, { wanted, counts: [numberAvailable], total: wanted });
  }
  const pods = own.filter(({ metadata }) => metadata.labels?.['pod-template-generation'] === template);
  return replicaState(scope, pods, { wanted, counts: [updatedNumberScheduled, numberAvailable], total: wanted });
}

function jobState(scope: Scope): WorkloadState {
  const { view, object, before } = scope;
  const job = view.jobs.get(object.name);
  if (job === undefined || !isSame(job, scope)) return notObserved(object);
  const failure = jobFailure(job);
  if (failure !== undefined) {
    // The pod whose log says why; Kubernetes may have removed it.
    const pod = ownedPods(view, 'Job', object.name).findLast(({ status }) => status?.phase === 'Failed');
    const container = pod?.status?.containerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0)?.name;
    const where = pod === undefined || container === undefined ? {} : { pod: pod.metadata.name, container };
    return unready({ code: 'job-failed', outlook: 'final', object, ...where, detail: failure });
  }
  if (isTrue(job, 'Complete') || job.spec?.suspend === true) return { state: 'ready' };
  const pods = ownedPods(view, 'Job', object.name).filter(({ status }) => status?.phase !== 'Failed');
  const state = worstState(pods.map((pod) => podState(pod, object, before)));
  if (state !== undefined && state.code !== 'not-ready') return unready(state);
  const { succeeded = 0, failed = 0 } = job.status ?? {};
  const failures = failed === 0 ? '' : `, ${failed} of ${(job.spec?.backoffLimit ?? 6) + 1} attempts failed`;
  const detail = `${succeeded} of ${job.spec?.completions ?? 1} completions${failures}`;
  return unready({ code: 'job-running', outlook: 'passing', object, detail });
}

/** A CronJob is there or is not; a run that has failed since the deploy, or at all where none is looked at, is told. */
function cronJobState({ view, object, before }: Scope): WorkloadState {
  if (!view.cronJobs.has(object.name)) return notObserved(object);
  const newest = [...view.jobs.values()]
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === object.name),
    )
    .filter((job) => jobFailure(job) !== undefined || isTrue(job, 'Complete'))
    .toSorted((a, b) => createdAt(a).localeCompare(createdAt(b)))
    .at(-1);
  const failure = newest === undefined || before.hasJob(newest.metadata.uid) ? undefined : jobFailure(newest);
  if (newest === undefined || failure === undefined) return { state: 'ready' };
  const detail = `${newest.metadata.name}: ${failure}`;
  return unready({ code: 'run-failed', outlook: 'final', object, detail });
}

type Replicas = {
  wanted: number;
  /** Each has to be as many as wanted. */
  counts: number[];
  /** Old pods among them. */
  total: number;
};

/** Whether the pods of the newest revision, and no others, are there and ready. */
function replicaState({ object, before }: Scope, pods: Pod[], { wanted, counts, total }: Replicas): WorkloadState {
  const worst = worstState(pods.map((pod) => podState(pod, object, before)));
  if (worst !== undefined && worst.outlook !== 'passing') return unready(worst);
  // The pods themselves too: after a restart of the cluster the workload's status is for a while that of before.
  const ready = pods.filter(isReady).length;
  if (counts.every((count) => count === wanted) && total === wanted && ready >= wanted) return { state: 'ready' };
  const detail = `${Math.min(...counts, ready)} of ${wanted} ready`;
  return unready(worst ?? { code: 'pods-missing', outlook: 'passing', object, detail });
}

function isObserved(workload: Live<V1Deployment | V1StatefulSet | V1DaemonSet>, scope: Scope): boolean {
  const { metadata, status } = workload;
  const isCurrent = (status?.observedGeneration ?? 0) >= Math.max(scope.generation, metadata.generation ?? 0);
  return isCurrent && isSame(workload, scope);
}

/** Whether it is the object that was applied, and not the one before it. */
function isSame({ metadata }: Live<V1Deployment | V1StatefulSet | V1DaemonSet | V1Job>, { uid }: Scope): boolean {
  return uid === undefined || metadata.uid === uid;
}

function notObserved(object: RolloutState['object']): WorkloadState {
  return unready({ code: 'not-observed', outlook: 'passing', object, detail: '' });
}

function unready(reason: RolloutState): WorkloadState {
  return { state: 'unready', reason };
}

function newestReplicaSet(
  view: StackView,
  { metadata: { name, annotations } }: Live<V1Deployment>,
): Live<V1ReplicaSet> | undefined {
  const revision = annotations?.[REVISION_ANNOTATION];
  return [...view.replicaSets.values()].find(
    ({ metadata }) =>
      metadata.annotations?.[REVISION_ANNOTATION] === revision &&
      metadata.ownerReferences?.some((owner) => owner.name === name),
  );
}

/** The pods of an owner that are not being deleted. Failed ones, e.g. evicted, are replaced, but by a Job. */
function ownedPods(view: StackView, kind: string, name: string): Pod[] {
  return [...view.pods.values()].filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) &&
      (kind === 'Job' || status?.phase !== 'Failed'),
  );
}

/** `BackoffLimitExceeded: …` of a Job that has failed for good. */
function jobFailure({ status }: Live<V1Job>): string | undefined {
  const failed = status?.conditions?.find(({ type, status: value }) => type === 'Failed' && value === 'True');
  return failed === undefined ? undefined : [failed.reason, failed.message].filter(Boolean).join(': ');
}

function isTrue({ status }: Live<V1Job>, condition: string): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === condition && value === 'True') === true;
}

function createdAt({ metadata }: Live<V1Job>): string {
  return metadata.creationTimestamp ?? '';
}

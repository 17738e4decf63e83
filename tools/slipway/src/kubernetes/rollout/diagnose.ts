import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { KubeApi } from '../client/kube-api.ts';
import { objectEvents } from '../client/object-events.ts';
import type { Live } from '../live.ts';
import { failingChecks, managementPort } from './failing-checks.ts';
import type { Pod } from './pod.ts';
import { refusedPods } from './refused-pods.ts';
import type { StackView } from './stack-view.ts';
import type { RolloutState, StateCode } from './states.ts';

type Scope = { api: KubeApi; view: StackView };

/** The kubelet's reasons for a pod whose containers it cannot start yet. */
const POD_EVENTS: Record<string, StateCode> = {
  FailedMount: 'volume-not-mounted',
  FailedAttachVolume: 'volume-not-mounted',
  FailedMapVolume: 'volume-not-mounted',
  FailedCreatePodSandBox: 'sandbox-failed',
};
const CLAIM_EVENTS = ['ProvisioningFailed', 'FailedBinding'];

/**
 * Asks for what the watched objects do not hold: events of the pod, its claims and its workload, and the process itself.
 * Answers the same state where they say no more.
 */
export async function diagnose(scope: Scope, state: RolloutState): Promise<RolloutState> {
  const pod = state.pod === undefined ? undefined : scope.view.pods.get(state.pod);
  // Only what may pass is unclear; an API server that does not answer has not said more.
  if (state.outlook !== 'passing') return state;
  try {
    if (state.code === 'not-ready' && pod !== undefined) return await withFailingChecks(scope, state, pod);
    if (state.code === 'unschedulable' && pod !== undefined) return await withClaims(scope, state, pod);
    if (state.code === 'starting' && pod !== undefined) return await withPodEvents(scope, state, pod);
    if (state.code === 'pods-missing' || state.code === 'job-running') return await withRefusals(scope, state);
  } catch {
    return state;
  }
  return state;
}

async function withFailingChecks({ api, view }: Scope, state: RolloutState, pod: Pod): Promise<RolloutState> {
  const port = managementPort(pod);
  if (port === undefined) return state;
  const failing = await failingChecks(api, view.stack, pod.metadata.name, port);
  if (failing.length === 0) return state;
  // A database that does not answer fails the check of migrations too, without lacking any.
  const lacksMigrations = failing.some(({ name, detail }) => name === 'migrations' && detail.startsWith('not applied'));
  const code = lacksMigrations ? 'migrations-missing' : state.code;
  return { ...state, code, detail: failing.map(({ name, detail }) => `${name}: ${detail}`).join('; ') };
}

async function withPodEvents({ api, view }: Scope, state: RolloutState, pod: Pod): Promise<RolloutState> {
  const events = await objectEvents(api, view.stack, pod.metadata.name);
  const last = events.findLast(({ uid, reason }) => uid === pod.metadata.uid && reason in POD_EVENTS);
  const code = POD_EVENTS[last?.reason ?? ''];
  if (last === undefined || code === undefined) return state;
  const { container: _, ...ofPod } = state;
  return { ...ofPod, code, detail: `${last.reason}: ${last.message}` };
}

/** A pod may have no node because a claim has no volume. */
async function withClaims({ api, view }: Scope, state: RolloutState, pod: Pod): Promise<RolloutState> {
  const names = (pod.spec?.volumes ?? []).flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
  for (const name of names) {
    const path = `/api/v1/namespaces/${view.stack}/persistentvolumeclaims/${name}`;
    const claim = await api.get<Live<V1PersistentVolumeClaim>>(path);
    if (claim === undefined) return unbound(state, `PersistentVolumeClaim/${name} does not exist`);
    if (claim.status?.phase === 'Bound') continue;
    const events = await objectEvents(api, view.stack, name);
    const last = events.findLast(({ uid, reason }) => uid === claim.metadata.uid && CLAIM_EVENTS.includes(reason));
    if (last !== undefined) return unbound(state, `PersistentVolumeClaim/${name}: ${last.reason}: ${last.message}`);
  }
  return state;
}

function unbound(state: RolloutState, detail: string): RolloutState {
  return { ...state, code: 'volume-unbound', detail };
}

/** StatefulSets, DaemonSets and Jobs say only in events that their pods are refused. */
async function withRefusals({ api, view }: Scope, state: RolloutState): Promise<RolloutState> {
  const { object } = state;
  const stores = { StatefulSet: view.statefulSets, DaemonSet: view.daemonSets, Job: view.jobs };
  const workload = Object.entries(stores)
    .find(([kind]) => kind === object.kind)?.[1]
    .get(object.name);
  if (workload === undefined) return state;
  const events = await objectEvents(api, view.stack, object.name);
  const last = events.findLast(({ uid }) => uid === workload.metadata.uid);
  // A later event shows that it is over.
  if (last?.reason !== 'FailedCreate') return state;
  const refused = refusedPods(object, last.message);
  return refused.outlook === 'final' ? { ...refused, outlook: 'standing' } : refused;
}

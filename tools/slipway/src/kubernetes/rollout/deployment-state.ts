import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import type { Live } from '../live.ts';
import { refusedPods } from './refused-pods.ts';
import { replicaState } from './replica-state.ts';
import type { StackView } from './stack-view.ts';
import type { WorkloadState } from './states.ts';
import { isObserved, notObserved, ownedPods, unready, type WorkloadScope } from './workload-scope.ts';

/** On a Deployment and its ReplicaSets: the number of the revision. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

export function deploymentState(scope: WorkloadScope): WorkloadState {
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

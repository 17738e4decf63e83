import type { V1StatefulSet } from '@kubernetes/client-node';
import { parseQuantity } from '../../util/format/quantity.ts';
import { claimPrefixes, isNumbered } from '../apply/inventory/volume-claims.ts';
import type { Live } from '../live.ts';
import { replicaState } from './replica-state.ts';
import type { RolloutState, WorkloadState } from './states.ts';
import { isObserved, notObserved, ownedPods, unready, type WorkloadScope } from './workload-scope.ts';

export function statefulSetState(scope: WorkloadScope): WorkloadState {
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
function volumeGrowing({ view, object }: WorkloadScope, set: Live<V1StatefulSet>): RolloutState | undefined {
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

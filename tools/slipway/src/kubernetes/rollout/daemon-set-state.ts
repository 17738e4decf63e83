import { replicaState } from './replica-state.ts';
import type { WorkloadState } from './states.ts';
import { isObserved, notObserved, ownedPods, type WorkloadScope } from './workload-scope.ts';

/** On a DaemonSet: the number that its controller puts on the pods of its newest template. */
const TEMPLATE_ANNOTATION = 'deprecated.daemonset.template.generation';

/** One pod for each node that it wants; none where no node is wanted. */
export function daemonSetState(scope: WorkloadScope): WorkloadState {
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

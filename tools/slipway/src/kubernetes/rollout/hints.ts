import type { RolloutState, StateCode } from './states.ts';

/** Where the user's commands go. */
export type Place = { context: string; stack: string };

/** What the user can do about the state. */
export function hintOf(state: RolloutState, place: Place): string {
  return HINTS[state.code](state, `kubectl --context ${place.context} -n ${place.stack}`);
}

type Hint = (state: RolloutState, kubectl: string) => string;

const FRAGMENT = 'k8s/fragment.yaml';

export const HINTS: Record<StateCode, Hint> = {
  'not-observed': (_, kubectl) =>
    `does the control plane run? ${kubectl.replace(/ -n .*/, '')} -n kube-system get pods; then deploy again`,
  'pods-missing': ({ object }, kubectl) => `${kubectl} describe ${object.kind.toLowerCase()} ${object.name} says why`,
  'pods-forbidden': () => `fix the pod's template in ${FRAGMENT}, or the policy that refuses it`,
  'pods-refused': ({ object }, kubectl) =>
    `fix what the message names (an admission webhook, a service account); Kubernetes then tries again: ${kubectl} describe ${object.kind.toLowerCase()} ${object.name}`,
  'quota-exceeded': (_, kubectl) =>
    `lower resources or replicas in ${FRAGMENT}, or raise the quota: ${kubectl} describe resourcequota`,
  'scheduling-gated': () => `remove schedulingGates from ${FRAGMENT}, or let their controller remove them`,
  unschedulable: (_, kubectl) =>
    `change what the message names (nodeSelector, affinity, tolerations, resources.requests) in ${FRAGMENT}, or give a node what the pod asks for: ${kubectl.replace(/ -n .*/, '')} describe nodes`,
  'volume-unbound': (_, kubectl) =>
    `name a storage class that exists, and a size and access mode that it can provide: ${kubectl} get pvc,storageclass`,
  'volume-growing': (_, kubectl) =>
    `${kubectl} describe pvc says how far it is; if it waits for a pod to start anew, delete the pod; if it only takes longer, pass --timeout SECONDS`,
  'volume-not-mounted': () => `create what the message names, or remove the volume that refers to it from ${FRAGMENT}`,
  'sandbox-failed': (_, kubectl) =>
    `the node's network plugin or container runtime is at fault: ${kubectl.replace(/ -n .*/, '')} -n kube-system get pods`,
  starting: ({ pod }, kubectl) =>
    `if it needs longer, pass --timeout SECONDS; ${kubectl} describe pod ${pod} shows what it does`,
  'not-ready': ({ container }) =>
    `fix what the failing check names; if the ${container ?? 'container'} only needs longer, pass --timeout SECONDS`,
  'migrations-missing': ({ object }, kubectl) =>
    `its database was emptied or restored after the pod started, which migrates it: ${kubectl} rollout restart ${object.kind.toLowerCase()} ${object.name}, then restore if data is missing (docs/databases.md)`,
  'image-unavailable': () =>
    `check the image's name in ${FRAGMENT} and that the nodes reach its registry; a deploy sends slipway's own images`,
  'image-name-invalid': () => `fix the image's name in ${FRAGMENT}`,
  'config-missing': () => `declare the key in src/config.ts, or remove what refers to it from ${FRAGMENT}`,
  'container-not-created': () => `fix what the message names: command, args, workingDir or mounts in ${FRAGMENT}`,
  'container-crashing': () => 'fix what its log names, and deploy again',
  'out-of-memory': () => `raise resources.limits.memory in ${FRAGMENT}, or find what grows`,
  'environment-refused': () =>
    `fix the keys that its log names; they come from src/config.ts and from the ConfigMap in ${FRAGMENT}`,
  'migration-failed': () => 'fix the migration that the log names, and deploy again',
  'job-running': () => 'if it needs longer, pass --timeout SECONDS',
  'job-failed': () => 'fix the cause and deploy again: a deploy makes a Job that has failed anew',
  'run-failed': ({ object }, kubectl) =>
    `fix the cause and deploy again; try a run at once: ${kubectl} create job --from=cronjob/${object.name} ${object.name}-try`,
};

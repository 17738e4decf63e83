/** On every object: the service that declares it. */
export const SERVICE_LABEL = 'slipway.dev/service';
/** On every object: the stack, which is the namespace's name. */
export const PART_OF_LABEL = 'app.kubernetes.io/part-of';
/** Selects pods: the name of the Deployment or StatefulSet. */
export const NAME_LABEL = 'app.kubernetes.io/name';
/** `database` on the objects of a service's Postgres. */
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
/** On a pod template: hash of the ConfigMap that the pod reads, so that a changed value makes new pods. */
export const ENVIRONMENT_ANNOTATION = 'slipway.dev/environment';
/** The same for its Secret. */
export const SECRET_ANNOTATION = 'slipway.dev/secret';
/** On a Namespace: the workspace whose stack is in it. */
export const WORKSPACE_ANNOTATION = 'slipway.dev/workspace';
/** On a Namespace that slipway did not create: the stack is in it beside the objects of others. */
export const ADOPTED_ANNOTATION = 'slipway.dev/adopted';
/** On a Deployment and its pods: watch mode has taken them over, what they run may not be what the image holds. */
export const SYNCED_LABEL = 'slipway.dev/synced';
/**
 * Kubernetes' own, on a Deployment and by it on the ReplicaSets of its revisions: what a revision came from, for `kubectl
 * rollout history` and --rollback.
 */
export const CHANGE_CAUSE_ANNOTATION = 'kubernetes.io/change-cause';

/** On a pod with a debugger's port: it belongs to no workload. */
export const DEBUG_LABEL = 'slipway.dev/debug';

/** The labels of an object of `service`; `name` is what its pods are selected by. */
export function labelsOf(stack: string, service: string, name: string): Record<string, string> {
  return {
    [NAME_LABEL]: name,
    [PART_OF_LABEL]: stack,
    [MANAGED_BY_LABEL]: 'slipway',
    [SERVICE_LABEL]: service,
  };
}

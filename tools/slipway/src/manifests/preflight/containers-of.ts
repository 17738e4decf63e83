import type { KubernetesObject } from '../kubernetes-object.ts';

/** The containers of a workload, init containers first. */
export function containersOf(workload: KubernetesObject): Record<string, unknown>[] {
  const template = (workload.spec as { template?: { spec?: Record<string, unknown> } } | undefined)?.template;
  const { initContainers = [], containers = [] } = template?.spec ?? {};
  return [...(initContainers as Record<string, unknown>[]), ...(containers as Record<string, unknown>[])];
}

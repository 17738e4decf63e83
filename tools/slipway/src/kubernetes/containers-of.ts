import type { KubernetesObject } from './kubernetes-object.ts';

type PodSpec = { initContainers?: Record<string, unknown>[]; containers?: Record<string, unknown>[] };
type Template = { template?: { spec?: PodSpec } };

/** The containers of a workload, a CronJob's and a bare Pod's too, init containers first. */
export function containersOf({ kind, spec }: KubernetesObject): Record<string, unknown>[] {
  const { initContainers = [], containers = [] } = podSpec(kind, spec) ?? {};
  return [...initContainers, ...containers];
}

function podSpec(kind: string, spec: unknown): PodSpec | undefined {
  if (kind === 'Pod') return spec as PodSpec | undefined;
  if (kind === 'CronJob')
    return (spec as { jobTemplate?: { spec?: Template } } | undefined)?.jobTemplate?.spec?.template?.spec;
  return (spec as Template | undefined)?.template?.spec;
}

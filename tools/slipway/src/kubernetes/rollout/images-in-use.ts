import type { V1PodSpec } from '@kubernetes/client-node';
import type { Json } from '../live.ts';
import type { StackView } from './stack-view.ts';

/** The images that the namespace's pods run, and those that workloads may run again without being sent anew. */
export function imagesInUse(view: StackView): Set<string> {
  const { deployments, statefulSets, daemonSets, cronJobs, jobs, replicaSets, pods } = view;
  // Revisions too: a Deployment keeps as many as its `revisionHistoryLimit` says, for --rollback.
  const workloads = [deployments, replicaSets, statefulSets, daemonSets, jobs].flatMap((store) => [...store.values()]);
  const specs: (Json<V1PodSpec> | undefined)[] = [
    ...workloads.map(({ spec }) => spec?.template?.spec),
    ...[...cronJobs.values()].map(({ spec }) => spec?.jobTemplate.spec?.template.spec),
    ...[...pods.values()].map(({ spec }) => spec),
  ];
  const containers = specs.flatMap((spec) => [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]);
  return new Set(containers.flatMap(({ image }) => image ?? []));
}

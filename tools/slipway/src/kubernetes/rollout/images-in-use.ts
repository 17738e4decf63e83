import type { V1PodSpec, V1ReplicaSet } from '@kubernetes/client-node';
import type { Json, Live } from '../live.ts';
import type { StackView } from './stack-view.ts';
import { REVISION_ANNOTATION } from './workload-state.ts';

/** Revisions of a Deployment whose images stay: the present one, and the one that --rollback goes back to. */
const KEPT_REVISIONS = 2;

/** The images that the namespace's pods run, and those that workloads may run again without being sent anew. */
export function imagesInUse(view: StackView): Set<string> {
  const { deployments, statefulSets, daemonSets, cronJobs, jobs, replicaSets, pods } = view;
  const revisions = Map.groupBy(replicaSets.values(), ownerOf);
  const kept = [...revisions.values()].flatMap((sets) =>
    sets.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(0, KEPT_REVISIONS),
  );
  const workloads = [deployments, statefulSets, daemonSets, jobs].flatMap((store) => [...store.values()]);
  const specs: (Json<V1PodSpec> | undefined)[] = [
    ...[...workloads, ...kept].map(({ spec }) => spec?.template?.spec),
    ...[...cronJobs.values()].map(({ spec }) => spec?.jobTemplate.spec?.template.spec),
    ...[...pods.values()].map(({ spec }) => spec),
  ];
  const containers = specs.flatMap((spec) => [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]);
  return new Set(containers.flatMap(({ image }) => image ?? []));
}

function ownerOf({ metadata }: Live<V1ReplicaSet>): string | undefined {
  return metadata.ownerReferences?.[0]?.uid;
}

function revisionOf({ metadata }: Live<V1ReplicaSet>): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

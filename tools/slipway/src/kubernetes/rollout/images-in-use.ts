import type { KubernetesObject } from '../kubernetes-object.ts';
import type { StackView } from './stack-view.ts';
import { REVISION_ANNOTATION } from './workload-state.ts';

type PodSpec = { containers?: { image: string }[]; initContainers?: { image: string }[] };
type Workload = KubernetesObject & { spec?: { template?: { spec?: PodSpec } } };

/** Revisions of a Deployment whose images stay: the present one, and the one that --rollback goes back to. */
const KEPT_REVISIONS = 2;

/** The images that the stack's pods run, and those that its workloads may run again without being sent anew. */
export function imagesInUse({ deployments, statefulSets, replicaSets, pods }: StackView): Set<string> {
  const revisions = Map.groupBy(replicaSets.values(), ownerOf);
  const kept = [...revisions.values()].flatMap((sets) =>
    sets.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(0, KEPT_REVISIONS),
  );
  const workloads = [...deployments.values(), ...statefulSets.values(), ...kept] as Workload[];
  const specs = [
    ...workloads.map(({ spec }) => spec?.template?.spec),
    ...[...pods.values()].map(({ spec }) => spec as PodSpec | undefined),
  ];
  return new Set(
    specs.flatMap((spec) => [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ image }) => image)),
  );
}

function ownerOf({ metadata }: KubernetesObject): string | undefined {
  return (metadata.ownerReferences as { uid: string }[] | undefined)?.[0]?.uid;
}

function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

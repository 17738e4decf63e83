import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';
import type { LineOf } from '../apply-fragment.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { NAME_LABEL } from '../labels.ts';
import { containersOf } from './containers-of.ts';

/** A selector that matches no pod of the service, and a port that no such pod has: Kubernetes would wait for ever. */
export function selectorFaults(
  { root }: ServiceContract,
  object: KubernetesObject,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Fault[] {
  if (object.kind !== 'Service' && object.kind !== 'PodDisruptionBudget') return [];
  const file = `${root}/k8s/fragment.yaml`;
  const spec = object.spec as { selector?: Record<string, unknown>; ports?: { targetPort?: unknown }[] } | undefined;
  const labels = (object.kind === 'Service' ? spec?.selector : spec?.selector?.matchLabels) as Labels | undefined;
  if (labels === undefined) return [];
  const selected = objects.filter((workload) =>
    Object.entries(labels).every(([label, value]) => podLabels(workload)[label] === value),
  );
  const key = `${object.kind} ${object.metadata.name}`;
  if (selected.length === 0) {
    const known = objects.flatMap((workload) => podLabels(workload)[NAME_LABEL] ?? []);
    const cure = `select by ${NAME_LABEL}: ${known.join(' or ')}`;
    const line = lineOf(object, ['spec', 'selector']);
    return [{ file, line, key: `${key} spec.selector`, problem: 'matches no pod of the service', cure }];
  }
  const ports = selected.flatMap(containersOf).flatMap((container) => (container.ports ?? []) as { name?: string }[]);
  const names = ports.flatMap(({ name }) => name ?? []);
  return (spec?.ports ?? []).flatMap(({ targetPort }): Fault[] => {
    if (typeof targetPort !== 'string' || names.includes(targetPort)) return [];
    const problem = `targetPort "${targetPort}" is no port of the pods that it selects`;
    const line = lineOf(object, ['spec', 'ports']);
    return [{ file, line, key: `${key} spec.ports`, problem, cure: `use one of: ${names.join(', ')}` }];
  });
}

type Labels = Record<string, string>;

function podLabels(workload: KubernetesObject): Labels {
  const template = (workload.spec as { template?: { metadata?: { labels?: Labels } } } | undefined)?.template;
  return template?.metadata?.labels ?? {};
}

import type { Problem } from '../../util/problems/problem.ts';
import type { FragmentOf } from '../../services/service-roots.ts';
import type { KubeError } from '../client/kube-error.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { SERVICE_LABEL } from '../labels.ts';
import { refusedDrift } from './refused-drift.ts';

const VOLUME_HINT =
  'a volume keeps its class and access mode, and grows only where its class allows it: take the change back, or move the data to a new volume (docs/databases.md)';

/** What the API server refuses of an object; where others have set the field in the cluster, who and when. */
export function refusalProblem(
  context: string,
  { object, live }: { object: KubernetesObject; live: KubernetesObject | undefined },
  error: KubeError,
  fragmentOf: FragmentOf,
): Problem {
  const { kind, metadata } = object;
  const service = metadata.labels?.[SERVICE_LABEL];
  const drift = live === undefined ? [] : refusedDrift(live, error);
  const words = error.causes.map(({ field, message }) => `${field} ${message}`).join('; ') || error.message;
  const setters = drift.map(
    ({ field, manager, time }) =>
      `; in the cluster ${field} was set by ${manager}${time === undefined ? '' : ` at ${time}`}`,
  );
  return {
    // The fields of other managers are in no file.
    file: fragmentOf(drift.length > 0 ? undefined : service),
    key: `${kind}/${metadata.name}`,
    message: `the API server refuses it: ${words}${setters.join('')}`,
    hint: hintOf(context, object, error),
  };
}

function hintOf(context: string, { kind, metadata }: KubernetesObject, { status, message }: KubeError): string {
  if (/must support resize|can not be less than/.test(message)) return VOLUME_HINT;
  const isImmutable = status === 422 && /immutable|updates to statefulset spec/i.test(message);
  if (!isImmutable) return 'mend the object, or what it meets in the cluster';
  if (kind === 'StatefulSet') return VOLUME_HINT;
  const remove = `kubectl --context ${context} -n ${metadata.namespace} delete ${kind.toLowerCase()} ${metadata.name}`;
  return `this cannot change in place: take the change back, or remove the object first (${remove})`;
}

import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { isWorkloadKind } from '../../kubernetes/rollout/workload-state.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { ServicePlan } from './plan.ts';

type Planned = Pick<ServicePlan, 'spec' | 'planned' | 'oldLogin'>;

/**
 * The services whose pods may start beside those they depend on: services that have no pods yet, as all that they call and
 * that changes. None of them meets an older version, and they bear that what they call is away. A program without a kit
 * of ours may end then, as any may without the Redis that its fragment adds: it starts at its turn.
 */
export function startedEarly(services: Planned[]): Set<string> {
  const byName = new Map(services.map((service) => [service.spec.name, service]));
  const isEarly = ({ spec, planned }: Planned, callers: string[] = []): boolean =>
    spec.http === undefined &&
    // Migrations by a tool wait for no database.
    spec.database === undefined &&
    outcomeOf(spec.name, planned) === 'created' &&
    !planned.some((entry) => isCompanion(spec.name, entry)) &&
    spec.calls.every((name) => {
      const callee = byName.get(name);
      if (callee === undefined || outcomeOf(name, callee.planned) === 'unchanged') return true;
      return !callers.includes(name) && isEarly(callee, [...callers, spec.name]);
    });
  // A database that was there before must take the login of the new pods first.
  const early = services.filter((service) => service.oldLogin === undefined && isEarly(service));
  return new Set(early.map(({ spec }) => spec.name));
}

/**
 * Divides the objects of a service that starts early. What stays for its turn: other workloads, and the Service of one that
 * no service calls, so that no request comes in before all that it depends on is ready.
 */
export function divideEarly(
  name: string,
  planned: PlannedObject[],
  services: ServiceSpec[],
): { early: PlannedObject[]; rest: PlannedObject[] } {
  const isCalled = services.some(({ calls }) => calls.includes(name));
  const isEarly = ({ object: { kind, metadata } }: PlannedObject) => {
    // The database begins by itself.
    if (isOfDatabase(name, metadata)) return false;
    if (kind === 'Service') return isCalled;
    return EARLY_KINDS.includes(kind) || (kind === 'Deployment' && metadata.name === name);
  };
  return { early: planned.filter(isEarly), rest: planned.filter((entry) => !isEarly(entry)) };
}

/** What pods need to start. */
const EARLY_KINDS = [
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'NetworkPolicy',
];

/** Another workload of the service whose pods begin when it is applied. */
function isCompanion(name: string, { object: { kind, metadata } }: PlannedObject): boolean {
  if (isOfDatabase(name, metadata) || (kind === 'Deployment' && metadata.name === name)) return false;
  return isWorkloadKind(kind) && kind !== 'CronJob';
}

function isOfDatabase(name: string, { labels }: PlannedObject['object']['metadata']): boolean {
  return labels?.[NAME_LABEL] === databaseName(name);
}

function outcomeOf(name: string, planned: PlannedObject[]): PlannedObject['outcome'] | undefined {
  return planned.find(({ object }) => object.kind === 'Deployment' && object.metadata.name === name)?.outcome;
}

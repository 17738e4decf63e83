import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';

type Planned = { spec: ServiceSpec; planned: PlannedObject[] };

/**
 * The services whose pods may start beside those they depend on: services that have no pods yet, as all that they call and
 * that changes. None of them meets an older version, and their readiness waits for what they need. A program
 * without a kit of ours may end when what it needs is away: it starts at its turn.
 */
export function startedEarly(services: Planned[]): Set<string> {
  const byName = new Map(services.map((service) => [service.spec.name, service]));
  const isEarly = ({ spec, planned }: Planned, callers: string[] = []): boolean =>
    spec.http === undefined &&
    // Migrations by a tool wait for no database.
    spec.database === undefined &&
    outcomeOf(spec.name, planned) === 'created' &&
    spec.calls.every((name) => {
      const callee = byName.get(name);
      if (callee === undefined || outcomeOf(name, callee.planned) === 'unchanged') return true;
      return !callers.includes(name) && isEarly(callee, [...callers, spec.name]);
    });
  return new Set(services.filter((service) => isEarly(service)).map(({ spec }) => spec.name));
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
    if (metadata.labels?.[NAME_LABEL] === databaseName(name)) return false;
    if (kind === 'Service') return isCalled;
    return EARLY_KINDS.includes(kind) || (kind === 'Deployment' && metadata.name === name);
  };
  return { early: planned.filter(isEarly), rest: planned.filter((entry) => !isEarly(entry)) };
}

/** What pods need to start. */
const EARLY_KINDS = ['ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolumeClaim', 'NetworkPolicy'];

function outcomeOf(name: string, planned: PlannedObject[]): PlannedObject['outcome'] | undefined {
  return planned.find(({ object }) => object.kind === 'Deployment' && object.metadata.name === name)?.outcome;
}

import type { ServiceSpec } from '../../services/service-spec.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { PHASES, type RotationKind } from './kinds.ts';
import { nextValues, type RotationState } from './next-values.ts';
import { supersededLogins } from './rotation-state.ts';
import { known } from '../../util/known.ts';

/** Says phase by phase what a rotation would do from here. Does nothing; what it makes up on the way is forgotten. */
export function planRotation(
  state: RotationState,
  serviceSpecs: ServiceSpec[],
  kinds: readonly RotationKind[],
  report: Reporter,
): void {
  const secrets = structuredClone(state.secrets);
  for (const phase of PHASES) {
    const changes = nextValues(phase, {
      serviceSpecs,
      state: { ...state, secrets },
      kinds,
      now: Math.floor(Date.now() / 1000),
    });
    for (const { service, key, value, says } of changes) {
      known(secrets, service)[key] = value;
      report.event(service, 'rotate', `would ${phase}: ${key} ${says}`);
    }
  }
  if (!kinds.includes('database-passwords')) return;
  for (const { service, old } of supersededLogins(serviceSpecs, { ...state, secrets })) {
    report.event(databaseName(service), 'rotate', `would retire: the login ${old.user} loses its password`);
  }
}

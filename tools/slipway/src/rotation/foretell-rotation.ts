import type { ServiceContract } from '../contract/service-contract.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import type { Reporter } from '../report/reporter.ts';
import { PHASES, type RotationKind } from './kinds.ts';
import { nextValues, type RotationState } from './next-values.ts';
import { supersededLogins } from './rotation-state.ts';

/** Says phase by phase what a rotation would do from here. Does nothing; what it makes up on the way is forgotten. */
export function foretellRotation(
  state: RotationState,
  contracts: ServiceContract[],
  kinds: readonly RotationKind[],
  report: Reporter,
): void {
  const secrets = structuredClone(state.secrets);
  for (const phase of PHASES) {
    const changes = nextValues(phase, contracts, { ...state, secrets }, kinds, Math.floor(Date.now() / 1000));
    for (const { service, key, value, says } of changes) {
      secrets[service]![key] = value;
      report.event(service, 'rotate', `would ${phase}: ${key} ${says}`);
    }
  }
  if (!kinds.includes('database-passwords')) return;
  for (const { service, old } of supersededLogins(contracts, { ...state, secrets })) {
    report.event(databaseName(service), 'rotate', `would retire: the login ${old.user} loses its password`);
  }
}

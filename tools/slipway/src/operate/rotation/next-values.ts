import { hideSecret } from '@slipway/util/secret-mask';
import { type DatabaseLogin, loginOf } from '../../services/database-login.ts';
import { makeEdgeKey, makePassword } from '../../services/make-secret.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { KeySpec, KeySource, ServiceSpec } from '../../services/service-spec.ts';
import { otherLogin } from '../../deploy/database/login-roles.ts';
import { clusterTarget } from '../../manifests/overlay/cluster-target.ts';
import type { Phase, RotationKind } from './kinds.ts';
import { introduceKey, retireKey, switchKey } from './signing-keys.ts';

/** The secrets and the rest that a rotation looks at. */
export type RotationState = {
  /** Service → its Secret. */
  secrets: Record<string, Environment>;
  /** Service → the login in its database's Secret: the old one until it is retired. */
  databases: Record<string, DatabaseLogin>;
  /** Service → its ConfigMap. */
  settings: Record<string, Environment>;
};

/** One value that a phase changes. `login`: what has to be done in the database too. */
export type Change = {
  service: string;
  key: string;
  value: string;
  /** For people; without the value. */
  says: string;
  login?: DatabaseLogin;
};

/** How long a rollout may take at most, s: so long after the switch pods may still sign with the old key. */
const ROLLOUT_S = 600;

/**
 * What `phase` changes, derived from the state alone: what another run has done already is not done again, so an
 * interrupted rotation goes on where it was. `now`: Unix time, s.
 */
export function nextValues(
  phase: Phase,
  serviceSpecs: ServiceSpec[],
  state: RotationState,
  kinds: readonly RotationKind[],
  now: number,
): Change[] {
  return serviceSpecs.flatMap(({ name: service, keys }) =>
    keys.flatMap((key): Change[] => {
      const held = state.secrets[service]?.[key.name];
      if (held === undefined) return [];
      const change = changeOf(phase, service, key, held, serviceSpecs, state, kinds, now);
      if (change === undefined || change.value === held) return [];
      hideSecret(change.value);
      return [{ service, key: key.name, ...change }];
    }),
  );
}

function changeOf(
  phase: Phase,
  service: string,
  { source }: KeySpec,
  held: string,
  serviceSpecs: ServiceSpec[],
  state: RotationState,
  kinds: readonly RotationKind[],
  now: number,
): Omit<Change, 'service' | 'key'> | undefined {
  if (source.kind === 'key-pair' && kinds.includes('signing-keys')) {
    const lifetime = Number(state.settings[service]?.[source.lifetime] ?? 0);
    return keyPairChange(phase, held, source, lifetime, now);
  }
  if (source.kind === 'accepted-key' && kinds.includes('edge-keys')) {
    const shown = edgeValue(serviceSpecs, state, source.service, 'shared-key', service);
    return shown === undefined ? undefined : acceptedKeyChange(phase, held.split(','), shown, source.service);
  }
  if (source.kind === 'shared-key' && kinds.includes('edge-keys') && phase === 'switch') {
    const accepted = edgeValue(serviceSpecs, state, source.service, 'accepted-key', service)?.split(',') ?? [];
    const [current, next] = accepted;
    return current === held && next !== undefined
      ? { value: next, says: `shows ${source.service} the next key` }
      : undefined;
  }
  if (source.kind === 'postgres-url' && kinds.includes('database-passwords') && phase === 'introduce') {
    return loginChange(service, held, state.databases[service]);
  }
  return undefined;
}

function keyPairChange(
  phase: Phase,
  held: string,
  { algorithm }: Extract<KeySource, { kind: 'key-pair' }>,
  lifetime: number,
  now: number,
) {
  const until = now + lifetime + ROLLOUT_S;
  switch (phase) {
    case 'introduce':
      return { value: introduceKey(held, algorithm, now), says: 'publishes the next key' };
    case 'switch':
      return { value: switchKey(held, until), says: 'signs with the next key' };
    case 'retire':
      return { value: retireKey(held), says: 'keeps the public half of the old key until its tokens have expired' };
  }
}

/** A list of two in which the caller shows the first: introduced; in which it shows the second: switched. */
function acceptedKeyChange(phase: Phase, accepted: string[], shown: string, caller: string) {
  if (phase === 'introduce' && (accepted.length === 1 || !accepted.includes(shown))) {
    return { value: `${shown},${makeEdgeKey()}`, says: `accepts a next key from ${caller} too` };
  }
  if (phase === 'retire' && accepted.length > 1 && accepted.at(-1) === shown) {
    return { value: shown, says: `accepts the old key from ${caller} no more` };
  }
  return undefined;
}

/** The database's Secret keeps the old login until that is retired: if the two differ, the switch is done already. */
function loginChange(service: string, url: string, old: DatabaseLogin | undefined) {
  const current = loginOf(url);
  if (current === undefined || old === undefined || current.user !== old.user) return undefined;
  const login = { user: otherLogin(service, current.user), password: makePassword(24) };
  return { value: clusterTarget.databaseUrl(service, login), says: `logs in as ${login.user}`, login };
}

/** The value at one end of an edge. */
function edgeValue(
  serviceSpecs: ServiceSpec[],
  { secrets }: RotationState,
  service: string,
  kind: 'shared-key' | 'accepted-key',
  other: string,
): string | undefined {
  const keys = serviceSpecs.find(({ name }) => name === service)?.keys ?? [];
  const key = keys.find(({ source }) => source.kind === kind && source.service === other);
  return key === undefined ? undefined : secrets[service]?.[key.name];
}

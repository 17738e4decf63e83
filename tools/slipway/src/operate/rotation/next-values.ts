import { hideSecret } from '@slipway/util/secret-mask';
import { type DatabaseLogin, loginOf } from '../../services/database-login.ts';
import { makeEdgeKey, makePassword } from '../../services/make-secret.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { KeySource, ServiceSpec } from '../../services/service-spec.ts';
import { otherLogin } from '../../deploy/database/login-roles.ts';
import { clusterTarget } from '../../manifests/defaults/cluster-target.ts';
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

/** What a phase looks at. `now`: Unix time, s. */
export type RotationScope = {
  serviceSpecs: ServiceSpec[];
  state: RotationState;
  kinds: readonly RotationKind[];
  now: number;
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
 * interrupted rotation continues where it stopped.
 */
export function nextValues(phase: Phase, scope: RotationScope): Change[] {
  return scope.serviceSpecs.flatMap(({ name: service, keys }) =>
    keys.flatMap((key): Change[] => {
      const held = scope.state.secrets[service]?.[key.name];
      if (held === undefined) return [];
      const change = changeOf(phase, { service, source: key.source, held }, scope);
      if (change === undefined || change.value === held) return [];
      hideSecret(change.value);
      return [{ service, key: key.name, ...change }];
    }),
  );
}

function changeOf(
  phase: Phase,
  { service, source, held }: { service: string; source: KeySource; held: string },
  { serviceSpecs, state, kinds, now }: RotationScope,
): Omit<Change, 'service' | 'key'> | undefined {
  const valueAt = (end: EdgeEnd) => edgeValue(serviceSpecs, state, end);
  if (source.kind === 'key-pair' && kinds.includes('signing-keys')) {
    const lifetime = Number(state.settings[service]?.[source.lifetime] ?? 0);
    return keyPairChange(phase, held, { algorithm: source.algorithm, now, lifetime });
  }
  if (source.kind === 'accepted-key' && kinds.includes('edge-keys')) {
    const shown = valueAt({ service: source.service, kind: 'shared-key', other: service });
    return shown === undefined ? undefined : acceptedKeyChange(phase, held.split(','), shown, source.service);
  }
  if (source.kind === 'shared-key' && kinds.includes('edge-keys') && phase === 'switch') {
    const accepted = valueAt({ service: source.service, kind: 'accepted-key', other: service })?.split(',') ?? [];
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
  { algorithm, now, lifetime }: { algorithm: 'ES256'; now: number; lifetime: number },
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

/** One end of an edge: the key of `service` that it shares with `other`. */
type EdgeEnd = { service: string; kind: 'shared-key' | 'accepted-key'; other: string };

function edgeValue(
  serviceSpecs: ServiceSpec[],
  { secrets }: RotationState,
  { service, kind, other }: EdgeEnd,
): string | undefined {
  const keys = serviceSpecs.find(({ name }) => name === service)?.keys ?? [];
  const key = keys.find(({ source }) => source.kind === kind && source.service === other);
  return key === undefined ? undefined : secrets[service]?.[key.name];
}

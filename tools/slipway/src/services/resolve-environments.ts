import { type DatabaseLogin, loginOf } from './database-login.ts';
import { makeEdgeKey, makeKeyPair, makePassword } from './make-secret.ts';
import type { KeySpec, ServiceSpec } from './service-spec.ts';
import { declaredValue } from './declared-value.ts';

/** Environment of one service: key → value. */
export type Environment = Record<string, string>;

/** What differs between the places a service runs in. */
export type EnvironmentTarget = {
  /** Whether `local` values count: processes on this machine, not pods. */
  local: boolean;
  /** Base URL of a service in this place. */
  serviceUrl: (service: string) => string;
  /** URL of the service's database in this place. */
  databaseUrl: (service: string, login: DatabaseLogin) => string;
};

/**
 * The environment of every service in `place`. A value that `known` holds is kept; a secret without a value is
 * generated here. Both ends of a service-to-service key agree: the caller's value wins, else the callee's first.
 */
export function resolveEnvironments(
  serviceSpecs: ServiceSpec[],
  place: EnvironmentTarget,
  known: Record<string, Environment>,
): Record<string, Environment> {
  const edgeKeys = new Map<string, string>();
  const edgeKey = (caller: string, callee: string): string => {
    const edge = `${caller} → ${callee}`;
    const existing = edgeKeys.get(edge) ?? knownEdgeKey(serviceSpecs, known, caller, callee) ?? makeEdgeKey();
    edgeKeys.set(edge, existing);
    return existing;
  };

  const valueOf = (service: string, key: KeySpec): string | undefined => {
    const held = known[service]?.[key.name];
    const { source } = key;
    switch (source.kind) {
      case 'plain':
        return held ?? declaredValue(key, place.local ? 'local' : 'kind') ?? (key.optional === true ? undefined : '');
      case 'service-url':
        return place.serviceUrl(source.service);
      case 'postgres-url':
        // A process may be pointed at a database of one's own; in the cluster the address is slipway's to say.
        if (place.local && held !== undefined) return held;
        return place.databaseUrl(service, loginOf(held) ?? { user: service, password: makePassword(24) });
      case 'generated-password':
        return held ?? makePassword(source.length);
      case 'key-pair':
        return held ?? makeKeyPair(source.algorithm);
      case 'shared-key':
        return edgeKey(service, source.service);
      case 'accepted-key': {
        const current = edgeKey(source.service, service);
        // During a rotation the callee holds two values: as long as the caller's is among them, nothing is lost.
        return held?.split(',').includes(current) === true ? held : current;
      }
    }
  };

  return Object.fromEntries(
    serviceSpecs.map(({ name, keys }) => {
      const values = keys.flatMap((key): [string, string][] => {
        const value = valueOf(name, key);
        return value === undefined ? [] : [[key.name, value]];
      });
      return [name, Object.fromEntries(values)];
    }),
  );
}

function knownEdgeKey(
  serviceSpecs: ServiceSpec[],
  known: Record<string, Environment>,
  caller: string,
  callee: string,
): string | undefined {
  const held = (service: string, kind: 'shared-key' | 'accepted-key', other: string) => {
    const keys = serviceSpecs.find((serviceSpec) => serviceSpec.name === service)?.keys ?? [];
    const key = keys.find(({ source }) => source.kind === kind && source.service === other);
    return key === undefined ? undefined : known[service]?.[key.name];
  };
  return held(caller, 'shared-key', callee) ?? held(callee, 'accepted-key', caller)?.split(',')[0];
}

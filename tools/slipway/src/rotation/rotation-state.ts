import { UserError } from '@slipway/util/errors';
import { type DatabaseLogin, loginOf } from '../contract/database-login.ts';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { Fault } from '../faults/fault.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { clusterSecretPlace, clusterSecrets, usable } from '../overlay/declared-secrets.ts';
import { readSecrets } from '../overlay/read-secrets.ts';
import type { RotationState } from './next-values.ts';
import { isKeySet } from './signing-keys.ts';

type ConfigMapList = { items: { metadata: { name: string }; data?: Environment }[] };

/** Reads what the cluster holds. Throws when a service that has secrets is not deployed, or holds one that no process gets. */
export async function readRotationState(
  api: KubeApi,
  stack: string,
  contracts: ServiceContract[],
): Promise<RotationState> {
  const [secrets, configMaps] = await Promise.all([
    readSecrets(api, stack),
    api.get<ConfigMapList>(`/api/v1/namespaces/${stack}/configmaps`),
  ]);
  const missing = contracts.filter(
    ({ name, keys }) => keys.some(({ secret }) => secret) && secrets[name] === undefined,
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const hint = `deploy first: npx nx run-many -t deploy-kind --context ${api.context}`;
    throw new UserError(`the cluster holds no Secret of ${names}`, { hint });
  }
  const { environments, databases } = usable(clusterSecrets(contracts, secrets, { context: api.context, stack }));
  return {
    secrets: environments,
    databases,
    settings: Object.fromEntries((configMaps?.items ?? []).map(({ metadata, data = {} }) => [metadata.name, data])),
  };
}

/** Signing keys in the Secrets that are none: a rotation could add nothing to them. */
export function signingKeyFaults(
  { secrets }: RotationState,
  contracts: ServiceContract[],
  stack: { context: string; stack: string },
): Fault[] {
  const { file, removal } = clusterSecretPlace(stack);
  return contracts.flatMap(({ name, keys }) =>
    keys
      .filter(({ name: key, source }) => source.kind === 'key-pair' && !isKeySet(secrets[name]?.[key] ?? ''))
      .map(({ name: key }) => ({
        file: file(name),
        key,
        problem: 'is no JSON Web Key Set whose first key can sign',
        cure: removal(name, key),
      })),
  );
}

/** The login that a service uses now. */
function currentLogin({ keys, name }: ServiceContract, { secrets }: RotationState): DatabaseLogin | undefined {
  const key = keys.find(({ source }) => source.kind === 'postgres-url');
  return key === undefined ? undefined : loginOf(secrets[name]?.[key.name]);
}

/** Databases whose old login still counts although the service uses another. */
export function supersededLogins(
  contracts: ServiceContract[],
  state: RotationState,
): { service: string; old: DatabaseLogin; current: DatabaseLogin }[] {
  return contracts.flatMap((contract) => {
    const [current, old] = [currentLogin(contract, state), state.databases[contract.name]];
    if (current === undefined || old === undefined || current.user === old.user) return [];
    return [{ service: contract.name, old, current }];
  });
}

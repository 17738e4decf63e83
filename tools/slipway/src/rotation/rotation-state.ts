import { UserError } from '@slipway/util/errors';
import { type DatabaseLogin, loginOf } from '../contract/database-login.ts';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { readSecrets } from '../overlay/read-secrets.ts';
import type { RotationState } from './next-values.ts';

type ConfigMapList = { items: { metadata: { name: string }; data?: Environment }[] };

/** Reads what the cluster holds. Throws when a service that has secrets is not deployed. */
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
  const databases = contracts.flatMap(({ name }): [string, DatabaseLogin][] => {
    const { POSTGRES_USER: user = name, POSTGRES_PASSWORD: password } = secrets[databaseName(name)] ?? {};
    return password === undefined ? [] : [[name, { user, password }]];
  });
  return {
    secrets,
    databases: Object.fromEntries(databases),
    settings: Object.fromEntries((configMaps?.items ?? []).map(({ metadata, data = {} }) => [metadata.name, data])),
  };
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

import { UserError } from '@slipway/util/errors';
import { type DatabaseLogin, loginOf } from '../../services/database-login.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { clusterSecretPlace, clusterSecrets, usable } from '../../manifests/overlay/declared-secrets.ts';
import { readSecrets } from '../../manifests/overlay/read-secrets.ts';
import type { RotationState } from './next-values.ts';
import { isKeySet } from './signing-keys.ts';
import { databaseKey } from '../../services/database-key.ts';

type ConfigMapList = { items: { metadata: { name: string }; data?: Environment }[] };

/** Reads what the cluster holds. Throws when a service that has secrets is not deployed, or holds one that no process gets. */
export async function readRotationState(
  api: KubeApi,
  stack: string,
  serviceSpecs: ServiceSpec[],
): Promise<RotationState> {
  const [secrets, configMaps] = await Promise.all([
    readSecrets(api, stack),
    api.get<ConfigMapList>(`/api/v1/namespaces/${stack}/configmaps`),
  ]);
  const missing = serviceSpecs.filter(
    ({ name, keys }) => keys.some(({ secret }) => secret) && secrets[name] === undefined,
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const hint = `deploy first: npx nx run-many -t deploy-kind --context ${api.context}`;
    throw new UserError(`the cluster holds no Secret of ${names}`, { hint });
  }
  const { environments, databases } = usable(clusterSecrets(serviceSpecs, secrets, { context: api.context, stack }));
  return {
    secrets: environments,
    databases,
    settings: Object.fromEntries((configMaps?.items ?? []).map(({ metadata, data = {} }) => [metadata.name, data])),
  };
}

/** Signing keys in the Secrets that are none: a rotation could add nothing to them. */
export function signingKeyProblems(
  { secrets }: RotationState,
  serviceSpecs: ServiceSpec[],
  stack: { context: string; stack: string },
): Problem[] {
  const { file, removal } = clusterSecretPlace(stack);
  return serviceSpecs.flatMap(({ name, keys }) =>
    keys
      .filter(({ name: key, source }) => source.kind === 'key-pair' && !isKeySet(secrets[name]?.[key] ?? ''))
      .map(({ name: key }) => ({
        file: file(name),
        key,
        message: 'is no JSON Web Key Set whose first key can sign',
        hint: removal(name, key),
      })),
  );
}

/** The login that a service uses now. */
function currentLogin({ keys, name }: ServiceSpec, { secrets }: RotationState): DatabaseLogin | undefined {
  const key = databaseKey(keys);
  return key === undefined ? undefined : loginOf(secrets[name]?.[key.name]);
}

/** Databases whose old login still counts although the service uses another. */
export function supersededLogins(
  serviceSpecs: ServiceSpec[],
  state: RotationState,
): { service: string; old: DatabaseLogin; current: DatabaseLogin }[] {
  return serviceSpecs.flatMap((serviceSpec) => {
    const [current, old] = [currentLogin(serviceSpec, state), state.databases[serviceSpec.name]];
    if (current === undefined || old === undefined || current.user === old.user) return [];
    return [{ service: serviceSpec.name, old, current }];
  });
}

import { credentialKeys } from '../../services/credential-keys.ts';
import { environmentPrefix } from '../../services/environment-prefix.ts';
import { readServiceSpecs } from '../../services/read-services.ts';
import { clusterSecrets, usable } from '../../manifests/overlay/declared-secrets.ts';
import { readSecrets } from '../../manifests/overlay/read-secrets.ts';
import { readSettings } from '../../util/workspace/settings.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { stackAddress } from '../../kubernetes/client/stack-address.ts';
import { contextName } from '../../kubernetes/client/target.ts';

/** The kind cluster of a workspace and the stack's place in it. */
export type StackTarget = { cluster: string; context: string; namespace: string };

/** What SLIPWAY_CLUSTER names, else deploy/kind.yaml. Asks no cluster. */
export function stackTarget(workspaceRoot: string): StackTarget {
  const { stack, cluster } = readSettings(workspaceRoot);
  return { cluster, context: contextName(cluster, undefined), namespace: stack };
}

/**
 * What a program needs to meet the deployed stack, by the names that `npm start -- COMMAND` gives it too: GATEWAY_URL and
 * the credentials that a person signs in with (ADMIN_EMAIL, ADMIN_PASSWORD); besides, KUBE_CONTEXT and KUBE_NAMESPACE. All
 * of it comes from one cluster. Throws with the hint when that does not answer or has no such stack.
 */
export async function stackEnvironment(workspaceRoot: string, context?: string): Promise<Record<string, string>> {
  const settings = readSettings(workspaceRoot);
  const api = await openCluster(contextName(settings.cluster, context));
  try {
    const { service, url } = await stackAddress(api, settings);
    const [serviceSpecs, secrets] = await Promise.all([
      readServiceSpecs(workspaceRoot),
      readSecrets(api, settings.stack),
    ]);
    const { environments } = usable(
      clusterSecrets(serviceSpecs, secrets, { context: api.context, stack: settings.stack }),
    );
    const credentials = serviceSpecs.flatMap(({ name, keys }) =>
      credentialKeys(keys).flatMap((key): [string, string][] => {
        const value = environments[name]?.[key];
        return value === undefined ? [] : [[key, value]];
      }),
    );
    return {
      [`${environmentPrefix(service)}_URL`]: url,
      KUBE_CONTEXT: api.context,
      KUBE_NAMESPACE: settings.stack,
      ...Object.fromEntries(credentials),
    };
  } finally {
    await api.close();
  }
}

import { UserError } from '@slipway/util/errors';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { KubeApi } from './kube-api.ts';

type ResourceList = { resources: { name: string; kind: string; namespaced: boolean }[] };
type ObjectIdentity = Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>;

/** Finds an object's path by the API server's discovery, asked once per group and version. */
export function resourcePaths(api: KubeApi): (object: ObjectIdentity) => Promise<string> {
  const groups = new Map<string, Promise<ResourceList | undefined>>();
  return async ({ apiVersion, kind, metadata }) => {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = groups.get(group) ?? api.get<ResourceList>(group);
    groups.set(group, known);
    const resource = (await known)?.resources.find((entry) => entry.kind === kind && !entry.name.includes('/'));
    if (resource === undefined)
      throw new UserError(`the cluster knows no ${apiVersion} ${kind}: is its CustomResourceDefinition missing?`);
    const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${group}${scope}/${resource.name}/${metadata.name}`;
  };
}

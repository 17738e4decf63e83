import type { KubernetesObject } from '../kubernetes-object.ts';

/** What a fake API server serves: kind by kind as the real one's discovery lists them. */
const RESOURCES: { group: string; name: string; kind: string; namespaced: boolean; verbs?: string[] }[] = [
  { group: 'v1', name: 'namespaces', kind: 'Namespace', namespaced: false },
  { group: 'v1', name: 'nodes', kind: 'Node', namespaced: false },
  { group: 'v1', name: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false },
  { group: 'v1', name: 'pods', kind: 'Pod', namespaced: true },
  { group: 'v1', name: 'services', kind: 'Service', namespaced: true },
  { group: 'v1', name: 'endpoints', kind: 'Endpoints', namespaced: true },
  { group: 'v1', name: 'events', kind: 'Event', namespaced: true },
  { group: 'v1', name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  { group: 'v1', name: 'secrets', kind: 'Secret', namespaced: true },
  { group: 'v1', name: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  { group: 'v1', name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true },
  { group: 'coordination.k8s.io/v1', name: 'leases', kind: 'Lease', namespaced: true },
  { group: 'apps/v1', name: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps/v1', name: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: 'apps/v1', name: 'statefulsets', kind: 'StatefulSet', namespaced: true },
  { group: 'apps/v1', name: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  { group: 'batch/v1', name: 'jobs', kind: 'Job', namespaced: true },
  { group: 'batch/v1', name: 'cronjobs', kind: 'CronJob', namespaced: true },
  { group: 'policy/v1', name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', namespaced: true },
  { group: 'networking.k8s.io/v1', name: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  { group: 'rbac.authorization.k8s.io/v1', name: 'rolebindings', kind: 'RoleBinding', namespaced: true },
  { group: 'rbac.authorization.k8s.io/v1', name: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  // As a metrics server has it: to be read, and never deleted.
  { group: 'metrics.k8s.io/v1beta1', name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] },
];

/** Where the API server has an object. */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
  const resource = RESOURCES.find((entry) => entry.kind === kind && entry.group === apiVersion);
  if (resource === undefined) throw new Error(`the fake API serves no ${apiVersion} ${kind}`);
  const scope = resource.namespaced ? `/namespaces/${namespace}` : '';
  return `${groupPath(apiVersion)}${scope}/${resource.name}/${name}`;
}

function groupPath(group: string): string {
  return group.includes('/') ? `/apis/${group}` : `/api/${group}`;
}

export function isGroup(path: string): boolean {
  return RESOURCES.some(({ group }) => groupPath(group) === path);
}

export function isCollection(path: string): boolean {
  return RESOURCES.some(({ name }) => path.endsWith(`/${name}`)) && !/\/namespaces\/[^/]+$/.test(path);
}

export function discovery(path: string): object {
  if (path === '/apis') {
    const groups = [...new Set(RESOURCES.map(({ group }) => group).filter((group) => group.includes('/')))];
    return {
      groups: groups.map((groupVersion) => ({
        name: groupVersion.split('/')[0],
        preferredVersion: { groupVersion },
      })),
    };
  }
  const all = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  const own = RESOURCES.filter(({ group }) => groupPath(group) === path);
  return { resources: own.map(({ name, kind, namespaced, verbs = all }) => ({ name, kind, namespaced, verbs })) };
}

/** The objects of a collection that the selectors want. */
export function listed(
  objects: Map<string, KubernetesObject>,
  path: string,
  selectors: { labels: string | null; fields: string | null },
): KubernetesObject[] {
  const { labels, fields } = selectors;
  const wanted = (labels ?? '').split(',').filter(Boolean);
  const name = /^metadata\.name=(.+)$/.exec(fields ?? '')?.[1];
  return [...objects]
    .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
    .map(([, object]) => object)
    .filter(({ metadata }) => name === undefined || metadata.name === name)
    .filter(({ metadata }) =>
      wanted.every((selector) => {
        const [key = '', value] = selector.split('=');
        return metadata.labels?.[key] === value;
      }),
    );
}

/**
 * Lists that merge element by element, as Kubernetes' strategic merge does: the list's field → the field that names an
 * element. Every other list replaces. A test holds this table against Kubernetes' own schema.
 */
export const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  resourceClaims: 'name',
  schedulingGates: 'name',
  secrets: 'name',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

/** The field that names an element of the list at `path` (e.g. `spec.template.spec.containers.app.env`), if it merges. */
export function mergeKey(path: string[]): string | undefined {
  const list = path.at(-1)!;
  if (list !== 'ports') return MERGE_KEYS[list];
  // A container's ports and a Service's (`spec.ports`) have the same name and different keys.
  return path.length === 2 ? 'port' : 'containerPort';
}

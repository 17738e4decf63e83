import type { ServiceSpec } from '../services/service-spec.ts';
import { externalDatabasePolicy } from './defaults/network-policies.ts';
import { topologySpread } from './defaults/topology-spread.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { COMPONENT_LABEL } from '../kubernetes/labels.ts';
import { objectPath, objectText } from './object-file.ts';
import { yamlText } from './overlay/yaml-text.ts';

/** Folder of the assembled kustomize Component that a production overlay adds to the base. */
export const PRODUCTION = 'deploy/components/production';

/** Kinds that only production has: an autoscaler needs a metrics server, which kind lacks. */
const KINDS = ['HorizontalPodAutoscaler'];

export function isForProduction({ kind }: KubernetesObject): boolean {
  return KINDS.includes(kind);
}

/**
 * The kustomization of the Component, and what it says of all services together: databases are external, the
 * autoscalers own the replicas, pods are spread over zones. `resources` are files of the Component; `autoscaled` names the
 * services that have an autoscaler.
 */
export function productionComponent(
  stack: string,
  serviceSpecs: ServiceSpec[],
  resources: string[],
  autoscaled: string[],
): Map<string, string> {
  const owners = serviceSpecs.filter(({ hasDatabase }) => hasDatabase).map(({ name }) => name);
  const files = new Map<string, string>();
  if (owners.length > 0) {
    const policy = externalDatabasePolicy(stack, owners);
    files.set(objectPath(policy, undefined), objectText(policy, 'apps/*/src/config.ts'));
  }
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    resources: [...resources, ...files.keys()].sort(),
    patches: [
      ...(owners.length > 0 ? [withoutDatabases()] : []),
      ...serviceSpecs.map(({ name }) => ({
        target: { kind: 'Deployment', name },
        patch: yamlText(spread(name, autoscaled.includes(name))),
      })),
    ],
  };
  const text = yamlText(kustomization);
  return files.set('kustomization.yaml', `# Assembled by slipway: npx nx run deploy:assemble\n${text}`);
}

/** kustomize takes kind and name of the object to delete from the target; the patch must have some. */
function withoutDatabases() {
  const patch = { $patch: 'delete', apiVersion: 'v1', kind: 'Any', metadata: { name: 'any' } };
  return { target: { labelSelector: `${COMPONENT_LABEL}=database` }, patch: yamlText(patch) };
}

function spread(name: string, isAutoscaled: boolean) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      ...(isAutoscaled ? { replicas: null } : {}),
      // Zones here and not in the base: the scheduler passes over nodes that lack one of the keys, and kind's lack this.
      template: { spec: { topologySpreadConstraints: [topologySpread(name, 'topology.kubernetes.io/zone')] } },
    },
  };
}

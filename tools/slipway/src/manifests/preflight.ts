import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { Fault } from '../faults/fault.ts';
import { isObject } from './json-object.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

/** The routes of every service's management port, see libs/service-kit. */
const MANAGEMENT_ROUTES = ['/healthz', '/healthz/live', '/healthz/ready', '/metrics'];

/** Faults that Kubernetes would accept and the stack would suffer from. */
export function preflight(workspaceRoot: string, contract: ServiceContract, objects: KubernetesObject[]): Fault[] {
  return [
    ...migrationFaults(workspaceRoot, contract),
    ...configMapFaults(contract, objects),
    ...objects.flatMap((object) => [...probeFaults(contract, object), ...exposureFaults(contract, object)]),
  ];
}

function migrationFaults(workspaceRoot: string, { root, hasDatabase }: ServiceContract): Fault[] {
  const folder = `${root}/migrations`;
  if (!hasDatabase) return [];
  let files: string[];
  try {
    files = readdirSync(join(workspaceRoot, folder)).sort();
  } catch {
    return [
      { file: folder, problem: 'does not exist, but the service has a database', cure: 'make it, with 0001_NAME.sql' },
    ];
  }
  return files.flatMap((name, index): Fault[] => {
    const file = `${folder}/${name}`;
    const number = /^(\d{4})_[a-z0-9_-]+\.sql$/.exec(name)?.[1];
    if (number === undefined) {
      return [
        {
          file,
          problem: 'is no name for a migration',
          cure: 'four digits, _, a name in lower case, .sql: 0002_add_index.sql',
        },
      ];
    }
    if (Number(number) === index + 1) return [];
    return [
      {
        file,
        problem: `has number ${number} in place ${index + 1}`,
        cure: 'number migrations 0001, 0002, … without gaps or twins',
      },
    ];
  });
}

function configMapFaults({ name, root, keys }: ServiceContract, objects: KubernetesObject[]): Fault[] {
  const map = objects.find((object) => object.kind === 'ConfigMap' && object.metadata.name === name);
  const declared = keys.filter((key) => !key.secret).map((key) => key.name);
  return Object.keys(isObject(map?.data) ? map.data : {})
    .filter((key) => !declared.includes(key))
    .map((key) => ({
      file: `${root}/k8s/fragment.yaml`,
      key: `ConfigMap data.${key}`,
      problem: 'is no key of the environment (or a secret one)',
      cure: `declare it in ${root}/src/config.ts, or use one of: ${declared.join(', ')}`,
    }));
}

function probeFaults({ root }: ServiceContract, object: KubernetesObject): Fault[] {
  if (object.kind !== 'Deployment') return [];
  const file = `${root}/k8s/fragment.yaml`;
  return containersOf(object).flatMap((container) =>
    ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe): Fault[] => {
      const get = isObject(container[probe]) ? container[probe].httpGet : undefined;
      if (!isObject(get)) return [];
      const key = `${String(container.name)}.${probe}.httpGet`;
      const ports = (container.ports as { name?: string; containerPort?: number }[] | undefined) ?? [];
      if (!ports.some((port) => port.name === get.port || port.containerPort === get.port)) {
        const named = ports.map((port) => port.name ?? port.containerPort).join(', ');
        return [
          {
            file,
            key,
            problem: `port "${String(get.port)}" is no port of the container`,
            cure: `use one of: ${named}`,
          },
        ];
      }
      const path = String(get.path ?? '/').split('?')[0]!;
      if (get.port !== 'management' || MANAGEMENT_ROUTES.includes(path)) return [];
      return [
        {
          file,
          key,
          problem: `path "${path}" is no route of the management port`,
          cure: `use one of: ${MANAGEMENT_ROUTES.join(', ')}`,
        },
      ];
    }),
  );
}

function exposureFaults({ root }: ServiceContract, object: KubernetesObject): Fault[] {
  const type = isObject(object.spec) ? object.spec.type : undefined;
  if (object.kind !== 'Service' || type === undefined || type === 'ClusterIP') return [];
  return [
    {
      file: `${root}/k8s/fragment.yaml`,
      key: `Service ${object.metadata.name} spec.type`,
      problem: `is ${String(type)}: how a service is exposed belongs to an overlay`,
      cure: 'move it to deploy/dev or deploy/prod, as deploy/dev/gateway-node-port.yaml does',
    },
  ];
}

/** The containers of a workload, init containers first. */
function containersOf(workload: KubernetesObject): Record<string, unknown>[] {
  const template = (workload.spec as { template?: { spec?: Record<string, unknown> } } | undefined)?.template;
  const { initContainers = [], containers = [] } = template?.spec ?? {};
  return [...(initContainers as Record<string, unknown>[]), ...(containers as Record<string, unknown>[])];
}

import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';
import type { LineOf } from '../apply-fragment.ts';
import { isObject } from '../json-object.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { containersOf } from './containers-of.ts';

/** The routes of every service's management port, see libs/service-kit. */
const MANAGEMENT_ROUTES = ['/healthz', '/healthz/live', '/healthz/ready', '/metrics'];

/** Probes of a port that the container does not have, or of a path that is no route. */
export function probeFaults({ root }: ServiceContract, object: KubernetesObject, lineOf: LineOf): Fault[] {
  if (object.kind !== 'Deployment') return [];
  const file = `${root}/k8s/fragment.yaml`;
  return containersOf(object).flatMap((container) =>
    ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe): Fault[] => {
      const get = isObject(container[probe]) ? container[probe].httpGet : undefined;
      if (!isObject(get)) return [];
      const key = `${String(container.name)}.${probe}.httpGet`;
      const lineOfField = (field: string) =>
        lineOf(object, ['spec', 'template', 'spec', 'containers', String(container.name), probe, 'httpGet', field]);
      const ports = (container.ports as { name?: string; containerPort?: number }[] | undefined) ?? [];
      if (!ports.some((port) => port.name === get.port || port.containerPort === get.port)) {
        const named = ports.map((port) => port.name ?? port.containerPort).join(', ');
        return [
          {
            file,
            line: lineOfField('port'),
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
          line: lineOfField('path'),
          key,
          problem: `path "${path}" is no route of the management port`,
          cure: `use one of: ${MANAGEMENT_ROUTES.join(', ')}`,
        },
      ];
    }),
  );
}

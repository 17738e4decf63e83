import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { containersOf } from '../../kubernetes/containers-of.ts';

/** The routes of every service's management port, see libs/service-kit. */
const MANAGEMENT_ROUTES = ['/healthz', '/healthz/live', '/healthz/ready', '/metrics'];

/** Probes of a port that the container does not have, or of a path that is no route. */
export function probeProblems({ root }: ServiceSpec, object: KubernetesObject, lineOf: LineOf): Problem[] {
  if (object.kind !== 'Deployment') return [];
  const file = `${root}/k8s/fragment.yaml`;
  return containersOf(object).flatMap((container) =>
    ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe): Problem[] => {
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
            message: `port "${String(get.port)}" is no port of the container`,
            hint: `use one of: ${named}`,
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
          message: `path "${path}" is no route of the management port`,
          hint: `use one of: ${MANAGEMENT_ROUTES.join(', ')}`,
        },
      ];
    }),
  );
}

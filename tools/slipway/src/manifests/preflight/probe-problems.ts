import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { containersOf } from '../../kubernetes/containers-of.ts';

/** The routes of every service's management port, see libs/service-kit. */
const MANAGEMENT_ROUTES = ['/healthz', '/healthz/live', '/healthz/ready', '/metrics'];

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

/** Probes of a port that the container does not have, or of a path that is no route. */
export function probeProblems({ root, http }: ServiceSpec, object: KubernetesObject, lineOf: LineOf): Problem[] {
  if (object.kind !== 'Deployment') return [];
  const file = `${root}/k8s/fragment.yaml`;
  return containersOf(object).flatMap((container) =>
    PROBES.flatMap((probe): Problem[] => {
      const get = container[probe]?.httpGet;
      if (!isObject(get)) return [];
      const key = `${container.name}.${probe}.httpGet`;
      const lineOfField = (field: string) =>
        lineOf(object, ['spec', 'template', 'spec', 'containers', container.name, probe, 'httpGet', field]);
      const ports = container.ports ?? [];
      if (!ports.some((port) => port.name === get.port || port.containerPort === get.port)) {
        const named = ports.map((port) => port.name ?? port.containerPort).join(', ');
        return [
          {
            file,
            line: lineOfField('port'),
            key,
            message: `port "${get.port}" is no port of the container`,
            hint: `use one of: ${named}`,
          },
        ];
      }
      const [path = '/'] = String(get.path ?? '/').split('?');
      if (http !== undefined || get.port !== 'management' || MANAGEMENT_ROUTES.includes(path)) return [];
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

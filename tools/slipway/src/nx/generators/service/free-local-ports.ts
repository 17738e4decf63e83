import type { ServiceSpec } from '../../../services/service-spec.ts';
import { declaredValue } from '../../../services/declared-value.ts';

/** The ports after the highest that the services have outside the cluster. */
export function freeLocalPorts(services: ServiceSpec[]): { localPort: number; localManagementPort: number } {
  return { localPort: next(services, 'PORT', 3000), localManagementPort: next(services, 'MANAGEMENT_PORT', 9300) };
}

function next(services: ServiceSpec[], key: string, first: number): number {
  const ports = services.map(({ keys }) => {
    const port = keys.find(({ name }) => name === key);
    return Number(port && declaredValue(port, 'local'));
  });
  return Math.max(first - 1, ...ports.filter(Number.isInteger)) + 1;
}

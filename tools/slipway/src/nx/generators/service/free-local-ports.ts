import type { ServiceSpec } from '../../../services/service-spec.ts';

/** The ports after the highest that the services have outside the cluster. */
export function freeLocalPorts(services: ServiceSpec[]): { localPort: number; localManagementPort: number } {
  return { localPort: next(services, 'PORT', 3000), localManagementPort: next(services, 'MANAGEMENT_PORT', 9300) };
}

function next(services: ServiceSpec[], key: string, first: number): number {
  const ports = services.map(({ keys }) => {
    const source = keys.find(({ name }) => name === key)?.source;
    return source?.kind === 'plain' ? Number(source.local) : NaN;
  });
  return Math.max(first - 1, ...ports.filter(Number.isInteger)) + 1;
}

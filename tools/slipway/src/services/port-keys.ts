import type { ServiceSpec } from './service-spec.ts';

/** The keys of the environment that hold a service's ports. */
export type PortKeys = { http: string; management?: string };

export function portKeys({ http }: Partial<Pick<ServiceSpec, 'http'>>): PortKeys {
  if (http === undefined) return { http: 'PORT', management: 'MANAGEMENT_PORT' };
  const { port = 'PORT', management } = http;
  return { http: port, ...(management === undefined ? {} : { management }) };
}

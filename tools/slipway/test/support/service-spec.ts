import type { ServiceSpec } from '../../src/services/service-spec.ts';

/** The spec of a service that has nothing but a name and what it calls. */
export const serviceSpec = (name: string, calls: string[] = [], more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name,
  root: `apps/${name}`,
  configFile: '',
  keys: [],
  hasDatabase: false,
  calls,
  ...more,
});

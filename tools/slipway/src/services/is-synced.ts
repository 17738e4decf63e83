import { portKeys } from './port-keys.ts';
import type { ServiceSpec } from './service-spec.ts';

/** Whether watch mode sends a service's edits into its pods; others take a deploy. Its runner knows bundles, and PORT. */
export function isSynced(serviceSpec: ServiceSpec): boolean {
  return serviceSpec.build === undefined && portKeys(serviceSpec).http === 'PORT';
}

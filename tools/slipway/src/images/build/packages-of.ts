import type { ServiceSpec } from '../../services/service-spec.ts';
import { serviceLayers } from '../layers/service-layers.ts';
import { targetLayers } from '../layers/target-layers.ts';

/** Folders of the npm packages in a service's image; none of one that slipway does not put together. */
export async function packagesOf(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<string[]> {
  const { build } = serviceSpec;
  if (build === undefined) return (await serviceLayers(workspaceRoot, serviceSpec)).npm;
  return 'target' in build ? (await targetLayers(workspaceRoot, serviceSpec, build)).npm : [];
}

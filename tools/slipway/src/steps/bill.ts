import type { ServiceContract } from '../contract/service-contract.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { baseImage } from '../image/base-image.ts';
import { bundleService } from '../image/bundle-service.ts';
import type { ContainerImage } from '../image/container-image.ts';
import { billOfMaterials } from '../sbom/bill-of-materials.ts';
import { debianPackages } from '../sbom/debian-packages.ts';
import { licenseFaults } from '../sbom/license-faults.ts';
import { lockedPackages } from '../sbom/npm-packages.ts';
import type { Settings } from '../workspace/settings.ts';

/**
 * The bill of materials (CycloneDX) of a service's image: Node, the base's Debian packages, and the npm packages of which
 * something really is in the bundle. Throws FaultsError for a licence that is not allowed.
 */
export async function bill(
  { workspaceRoot }: Settings,
  contract: ServiceContract,
  { repository, manifest }: ContainerImage,
): Promise<object> {
  const [base, { packages }] = await Promise.all([baseImage('node'), bundleService(workspaceRoot, contract)]);
  const npm = lockedPackages(workspaceRoot, packages);
  const faults = licenseFaults(npm);
  if (faults.length > 0) throw new FaultsError(faults);
  const node = base.config.config.Env?.find((variable) => variable.startsWith('NODE_VERSION='));
  return billOfMaterials({
    image: { name: repository, digest: manifest.digest },
    node: node?.split('=')[1] ?? 'unknown',
    npm,
    debian: await debianPackages(base.layers.map(({ digest }) => base.file(digest))),
  });
}

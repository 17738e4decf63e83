import { FaultsError } from '../faults/faults-error.ts';
import { baseImage } from '../image/base-image.ts';
import { wholeImage } from '../image/whole-image.ts';
import { billOfMaterials } from '../sbom/bill-of-materials.ts';
import { debianPackages } from '../sbom/debian-packages.ts';
import { licenseFaults } from '../sbom/license-faults.ts';
import { lockedPackages } from '../sbom/npm-packages.ts';
import type { AppImage } from './image.ts';
import type { Settings } from '../workspace/settings.ts';

/**
 * The bill of materials (CycloneDX) of a service's image: Node, the base's Debian packages, and the npm packages of which
 * something really is in the bundle. Throws FaultsError for a licence that is not allowed.
 */
export async function bill(
  { workspaceRoot }: Settings,
  { repository, manifest, npm: folders }: AppImage,
): Promise<object> {
  const base = await baseImage('node');
  const npm = lockedPackages(workspaceRoot, folders);
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

/** The bill of materials of the image that the databases run: its Debian packages, Postgres among them. */
export async function databaseBill(stack: string): Promise<object> {
  const [{ repository, manifest }, { layers, file }] = await Promise.all([
    wholeImage(stack, 'postgres'),
    baseImage('postgres'),
  ]);
  return billOfMaterials({
    image: { name: repository, digest: manifest.digest },
    node: undefined,
    npm: [],
    debian: await debianPackages(layers.map(({ digest }) => file(digest))),
  });
}

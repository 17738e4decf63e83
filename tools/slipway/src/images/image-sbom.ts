import { ValidationError } from '../util/problems/validation-error.ts';
import { baseImage } from './base-image.ts';
import { upstreamImage } from './upstream-image.ts';
import { createSbom } from './sbom/create-sbom.ts';
import { debianPackages } from './sbom/debian-packages.ts';
import { readPluginOptions } from '../util/workspace/plugin-options.ts';
import { licenseProblems } from './sbom/license-problems.ts';
import { lockedPackages } from './sbom/npm-packages.ts';
import type { AppImage } from './container-image.ts';
import type { Settings } from '../util/workspace/settings.ts';

/**
 * The bill of materials (CycloneDX) of a service's image: Node, the base's Debian packages, and the npm packages of which
 * something really is in the bundle. Throws ValidationError for a licence that is not allowed.
 */
export async function createServiceSbom(
  { workspaceRoot }: Settings,
  { repository, manifest, npm: folders = [] }: AppImage,
): Promise<object> {
  const base = await baseImage('node');
  const npm = lockedPackages(workspaceRoot, folders);
  const problems = licenseProblems(npm, readPluginOptions(workspaceRoot).licenses);
  if (problems.length > 0) throw new ValidationError(problems);
  const node = base.config.config.Env?.find((variable) => variable.startsWith('NODE_VERSION='));
  return createSbom({
    image: { name: repository, digest: manifest.digest },
    node: node?.split('=')[1] ?? 'unknown',
    npm,
    debian: await debianPackages(base.layers.map(({ digest }) => base.file(digest))),
  });
}

/** The bill of materials of the image that the databases run: its Debian packages, Postgres among them. */
export async function createDatabaseSbom(stack: string): Promise<object> {
  const [{ repository, manifest }, { layers, file }] = await Promise.all([
    upstreamImage(stack, 'postgres'),
    baseImage('postgres'),
  ]);
  return createSbom({
    image: { name: repository, digest: manifest.digest },
    node: undefined,
    npm: [],
    debian: await debianPackages(layers.map(({ digest }) => file(digest))),
  });
}

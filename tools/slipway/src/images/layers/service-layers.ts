import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { bundlePackages, type WantedPackages } from '../bundle/bundle-packages.ts';
import { bundleSources } from '../bundle/bundle-sources.ts';
import { PACKAGES_FOLDER, type PackageFile } from '../bundle/externals-plugin.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { devOnlyPackages, packageFolders } from '../sbom/npm-packages.ts';
import { licenseFiles } from '../sbom/license-files.ts';
import { appFiles } from './app-files.ts';
import { type MigrateFiles, migrateFiles } from './migrate-files.ts';
import { cachedLayer, type Layer } from './cached-layer.ts';
import { type NativePackage, nativePackages } from './native-packages.ts';

type OwnFacts = { wanted: WantedPackages; npm: string[] };

type PackagesFacts = { npm: string[]; natives: NativePackage[] };

/** `npm`: folders of the packages of which something is in the layers, e.g. `node_modules/pg`. */
export type ServiceLayers = { packages: Layer<PackagesFacts>; own: Layer<OwnFacts>; npm: string[] };

/**
 * What a service's image has on top of the base: a layer with the npm packages and their licences, which an edit leaves
 * as it is, and a small one with our own code, its source maps, its data and the migrations. Throws ValidationError for
 * what does not compile or would not run.
 */
export async function serviceLayers(workspace: string, serviceSpec: ServiceSpec): Promise<ServiceLayers> {
  const workspaceRoot = realpathSync(workspace);
  const { name, root } = serviceSpec;
  const migrate = migrateFiles(workspaceRoot, serviceSpec);
  const beside = uniquePaths([...migrate.files, ...appFiles(workspaceRoot, serviceSpec)]);
  const own = await cachedLayer(workspaceRoot, name, hashOfFiles(beside), async () => {
    const { files, inputs, folders, packages, whole } = await bundleSources(workspaceRoot, serviceSpec);
    const paths = new Set(beside.map(({ path }) => path));
    return {
      files: [...files.filter(({ path }) => !paths.has(path)), ...beside],
      inputs,
      folders,
      facts: {
        wanted: { imported: packages, whole: [...whole, ...besideTool(migrate, packages)] },
        npm: packageFolders(inputs),
      },
    };
  });
  const { wanted, npm } = own.facts;
  const seed = JSON.stringify([wanted, npm]);
  const packages = await cachedLayer(workspaceRoot, `${name}-packages`, seed, async () => {
    const places = { scratch: `dist/packages/${name}`, folder: `${root}/${PACKAGES_FOLDER}` };
    const bundle = await bundlePackages(workspaceRoot, places, wanted, devOnlyPackages(workspaceRoot));
    const all = [...new Set([...bundle.npm, ...npm])].sort();
    const licenses = await licenseFiles(workspaceRoot, all, new Set(bundle.real));
    const inputs = [...bundle.inputs, ...all.map((folder) => `${folder}/package.json`)];
    return {
      files: [...bundle.files, ...licenses],
      inputs,
      folders: [],
      facts: { npm: all, natives: nativePackages(workspaceRoot, all, bundle.files) },
    };
  });
  return { packages, own, npm: packages.facts.npm };
}

/** What a tool that migrates has to find by name: its own package, and those that the service talks to a database with. */
function besideTool({ packages }: MigrateFiles, imported: PackageFile[]): string[] {
  return packages.length === 0 ? [] : [...packages, ...packageFolders(imported.map(({ path }) => path))];
}

/** The last one of a path counts. */
export function uniquePaths(files: BundleFile[]): BundleFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Of their paths and their bytes; where one ends and the next begins counts. */
export function hashOfFiles(files: BundleFile[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of files) hash.update(JSON.stringify([path, bytes.length])).update(bytes);
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { bundlePackages } from '../bundle/bundle-packages.ts';
import { bundleSources, PACKAGES_FOLDER } from '../bundle/bundle-sources.ts';
import type { PackageFile } from '../bundle/externals-plugin.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { packageFolders } from '../sbom/npm-packages.ts';
import { appFiles } from './app-files.ts';
import { cachedLayer, type Layer } from './cached-layer.ts';

/** `npm`: folders of the packages of which something is in the layer, e.g. `node_modules/pg`. */
export type ServiceLayers = { packages: Layer<{ npm: string[] }>; own: Layer<{ packages: PackageFile[] }> };

/**
 * What a service's image has on top of the base: a layer with the npm packages, which an edit leaves as it is, and a
 * small one with our own code, its source maps and the migrations. Throws ValidationError for what does not compile.
 */
export async function serviceLayers(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<ServiceLayers> {
  const { name } = serviceSpec;
  const beside = appFiles(workspaceRoot, serviceSpec);
  const own = await cachedLayer(workspaceRoot, name, fileMarks(beside), async () => {
    const { files, inputs, packages } = await bundleSources(workspaceRoot, serviceSpec);
    return { files: [...files, ...beside], inputs: [...inputs, ...manifestsOf(inputs)], facts: { packages } };
  });
  const wanted = own.facts.packages;
  const packages = await cachedLayer(workspaceRoot, `${name}-packages`, JSON.stringify(wanted), async () => {
    const { files, inputs, used } = await bundlePackages(workspaceRoot, `dist/packages/${name}`, wanted);
    const inFolder = files.map(({ path, bytes }) => ({ path: `${PACKAGES_FOLDER}/${path}`, bytes }));
    return { files: inFolder, inputs, facts: { npm: packageFolders(used) } };
  });
  return { packages, own };
}

function fileMarks(files: { path: string; bytes: Uint8Array }[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of files) hash.update(path).update(bytes);
  return hash.digest('hex');
}

/** The package.json of our own packages: it says what an import of them resolves to. */
function manifestsOf(inputs: string[]): string[] {
  return [...new Set(inputs.map((path) => `${path.split('/').slice(0, 2).join('/')}/package.json`))];
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { context } from 'esbuild';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { appFiles } from '../../images/layers/app-files.ts';
import { asProblems } from '../../images/bundle/build-problems.ts';
import { bundleOptions } from '../../images/bundle/bundle-options.ts';
import { bundlePackages } from '../../images/bundle/bundle-packages.ts';
import { type PackageFile, externalsPlugin, sortedPackages } from '../../images/bundle/externals-plugin.ts';

/** A service's code as a pod is sent it. Names say the content: equal names are equal files. */
export type DevBuild = {
  /** The file to run; another one whenever the code is another. */
  entry: string;
  files: Map<string, string>;
  /** Our sources in it, relative to the workspace. */
  inputs: Set<string>;
};

export type DevBundler = { build: () => Promise<DevBuild>; close: () => Promise<void> };

/**
 * Builds a service again and again: what has not changed is neither read nor compiled again, and packages are bundled
 * only when others are imported. `build` throws ValidationError for what does not compile.
 */
export async function openDevBundler(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<DevBundler> {
  const { name, root } = serviceSpec;
  const scratch = `dist/watch/${name}`;
  const outdir = join(workspaceRoot, scratch);
  const lockfile = await readFile(join(workspaceRoot, 'package-lock.json'));
  const seen = new Map<string, PackageFile>();
  const packages = { version: '', files: new Map<string, string>() };
  const own = await context({
    ...bundleOptions(workspaceRoot),
    entryPoints: { main: `${root}/src/main.ts` },
    entryNames: '[name]-[hash]',
    outdir,
    minify: false,
    plugins: [externalsPlugin(workspaceRoot, seen, () => packagesFolder(packages.version))],
  });
  const ofImage = appFiles(workspaceRoot, serviceSpec).map(
    ({ path, bytes }) => [path, Buffer.from(bytes).toString()] as const,
  );

  async function build(): Promise<DevBuild> {
    const { outputFiles, metafile } = await own.rebuild().catch((error: unknown) => {
      throw asProblems(error, root);
    });
    const wanted = sortedPackages(seen);
    const version = createHash('sha256').update(lockfile).update(JSON.stringify(wanted)).digest('hex').slice(0, 12);
    if (version !== packages.version) {
      const folder = packagesFolder(version);
      const { files } = await bundlePackages(workspaceRoot, `${scratch}/${folder}`, wanted);
      packages.files = new Map(files.map(({ path, bytes }) => [`${folder}/${path}`, Buffer.from(bytes).toString()]));
      packages.version = version;
      // Now the imports can name the folder.
      return build();
    }
    const ours = outputFiles.map(({ path, text }) => [path.slice(outdir.length + 1), text] as const);
    return {
      entry: ours.find(([file]) => file.endsWith('.js'))![0],
      files: new Map([...packages.files, ...ofImage, ...ours]),
      inputs: new Set(Object.keys(metafile.inputs)),
    };
  }

  return { build, close: () => own.dispose() };
}

/** Its version is part of its name: pods keep the folder of the code that still runs beside the next one's. */
function packagesFolder(version: string): string {
  return `packages-${version}`;
}

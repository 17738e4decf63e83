import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/** A package's file that our sources import, and the file beside the bundle that it becomes. */
export type PackageFile = { path: string; file: string };

const RESOLVING = Symbol('resolving');

/**
 * Leaves what comes from packages out of the bundle: imports of it become imports of `./packages-VERSION/NAME.js`. Ours
 * is a fiftieth of a bundle, and an edit changes nothing else. `seen` collects what is imported.
 */
export function packagesApart(seen: Map<string, PackageFile>, version: () => string): Plugin {
  return {
    name: 'packages-apart',
    setup(build) {
      build.onStart(() => seen.clear());
      build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, kind, resolveDir, importer }) => {
        if (pluginData === RESOLVING || kind === 'entry-point') return undefined;
        const resolved = await build.resolve(path, { kind, resolveDir, importer, pluginData: RESOLVING });
        if (resolved.errors.length > 0 || resolved.external || !resolved.path.includes('/node_modules/'))
          return resolved;
        const file = packageFile(path, resolved.path);
        seen.set(file.path, file);
        return { path: `./${packagesFolder(version())}/${file.file}`, external: true };
      });
    },
  };
}

export function packagesFolder(version: string): string {
  return `packages-${version}`;
}

function packageFile(specifier: string, path: string): PackageFile {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return { path, file: `${basename(specifier)}-${hash}.js` };
}

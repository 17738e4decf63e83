import { createHash } from 'node:crypto';
import { basename, relative } from 'node:path';
import type { Plugin, ResolveResult } from 'esbuild';

/** A package's file (relative to the workspace) that our sources import, and the file beside the bundle that it becomes. */
export type PackageFile = { path: string; file: string };

/** Beside the bundle, where it finds what `bundlePackages` makes. */
export const PACKAGES_FOLDER = 'packages';

const RESOLVING = Symbol('resolving');

/**
 * Leaves what comes from packages out of the bundle: imports of it become imports of `./packages/NAME.js`. Ours is a
 * fiftieth of the whole, and an edit changes nothing else. `seen` collects what is imported. What lies outside of the
 * workspace is an error of the importing line.
 */
export function externalsPlugin(root: string, seen: Map<string, PackageFile>): Plugin {
  return {
    name: 'externals',
    setup(build) {
      /** Asking the bundler costs more than all the rest, and files of one folder get one answer. */
      const asked = new Map<string, Promise<ResolveResult>>();
      build.onStart(() => {
        seen.clear();
        asked.clear();
      });
      build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, kind, resolveDir, importer }) => {
        if (pluginData === RESOLVING || kind === 'entry-point') return undefined;
        const question = [path, kind, resolveDir].join('\n');
        const answer =
          asked.get(question) ?? build.resolve(path, { kind, resolveDir, importer, pluginData: RESOLVING });
        asked.set(question, answer);
        const resolved = await answer;
        // The bundler knows whether it may be missing: in a try block.
        if (resolved.errors.length > 0) return undefined;
        if (resolved.external) return resolved;
        const within = relative(root, resolved.path);
        if (within.startsWith('..')) {
          return { errors: [{ text: `"${path}" is outside of the workspace: ${resolved.path}`, detail: OUTSIDE }] };
        }
        // JSON is data: it needs no package around it, and the attribute of its import would not fit a script.
        if (!resolved.path.includes('/node_modules/') || resolved.path.endsWith('.json')) return resolved;
        const file = packageFile(path, within);
        seen.set(file.path, file);
        return { path: `./${PACKAGES_FOLDER}/${file.file}`, external: true };
      });
    },
  };
}

/** Marks an error: its hint is another one than that of what does not compile. */
export const OUTSIDE = 'outside';

/** In an order that does not depend on who asked first. */
export function sortedPackages(seen: Map<string, PackageFile>): PackageFile[] {
  return [...seen.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function packageFile(specifier: string, path: string): PackageFile {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return { path, file: `${basename(specifier).replaceAll(/[^\w.-]/g, '_')}-${hash}.js` };
}

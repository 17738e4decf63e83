import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, relative } from 'node:path';
import type { Plugin, ResolveResult } from 'esbuild';

/** A package's file (relative to the workspace) that our sources import, and the file beside the bundle that it becomes. */
export type PackageFile = { path: string; file: string };

const RESOLVING = Symbol('resolving');

/**
 * Leaves what comes from packages out of the bundle: imports of it become imports of `./FOLDER/NAME.js`. Ours is a
 * fiftieth of the whole, and an edit changes nothing else. `seen` collects what is imported.
 */
export function externalsPlugin(workspaceRoot: string, seen: Map<string, PackageFile>, folder: () => string): Plugin {
  const root = realpathSync(workspaceRoot);
  return {
    name: 'packages-apart',
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
        if (resolved.errors.length > 0 || resolved.external || !resolved.path.includes('/node_modules/'))
          return resolved;
        const file = packageFile(path, relative(root, resolved.path));
        seen.set(file.path, file);
        return { path: `./${folder()}/${file.file}`, external: true };
      });
    },
  };
}

/** In an order that does not depend on who asked first. */
export function sortedPackages(seen: Map<string, PackageFile>): PackageFile[] {
  return [...seen.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function packageFile(specifier: string, path: string): PackageFile {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return { path, file: `${basename(specifier)}-${hash}.js` };
}

import { type Dirent, existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readJson } from '@slipway/util/json';
import { entryPath, outputFolder } from '../../services/build-entry.ts';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { packageClosure } from '../bundle/package-closure.ts';
import { packageFiles } from '../bundle/package-files.ts';
import { packageFolder } from '../bundle/package-folder.ts';
import { tracePackages } from '../bundle/trace-packages.ts';
import { devOnlyPackages } from '../sbom/npm-packages.ts';
import { licenseFiles } from '../sbom/license-files.ts';
import { cachedLayer } from './cached-layer.ts';
import { migrateFiles } from './migrate-files.ts';
import { nativePackages } from './native-packages.ts';
import { runBuildTarget } from './run-build-target.ts';
import { hashOfFiles, type ServiceLayers, uniquePaths } from './service-layers.ts';

const CODE = /\.[cm]?js$/;

/**
 * Runs a service's build target and takes its output as it is: nothing is bundled, so that decorators, globs and paths
 * mean what they meant. With it go the npm packages that it loads, whole, and the workspace's own packages, where Node
 * finds them by name. Throws ValidationError for what does not build or would not run.
 */
export async function targetLayers(
  workspace: string,
  serviceSpec: ServiceSpec,
  build: { target: string; entry: string },
): Promise<ServiceLayers> {
  const workspaceRoot = realpathSync(workspace);
  const { name, root } = serviceSpec;
  await runBuildTarget(workspaceRoot, root, build.target);
  const entry = entryPath(root, build);
  if (!existsSync(join(workspaceRoot, entry))) throw new ValidationError([missingEntry(workspaceRoot, root, build)]);
  const output = outputFolder(root, entry);
  const outputFiles = below(workspaceRoot, output);
  const migrate = migrateFiles(workspaceRoot, serviceSpec);
  const seed = JSON.stringify([outputFiles, hashOfFiles(migrate.files)]);

  const own = await cachedLayer(workspaceRoot, name, seed, async () => {
    const trace = await tracePackages(
      workspaceRoot,
      outputFiles.filter((path) => CODE.test(path)),
    );
    const inputs = Object.keys(trace.inputs);
    const loaded = inputs.flatMap((path) => packageFolder(path) ?? []);
    const ours = inputs.filter((path) => packageFolder(path) === undefined && !path.startsWith(`${output}/`));
    const linked = linkedPackages(workspaceRoot, root, ours);
    refuse([...unlinked(ours, linked), ...pnpmProblems(root, loaded), ...unbuilt(workspaceRoot, root, trace.missing)]);
    const manifest = `${root}/package.json`;
    const wanted = [...new Set([...loaded, ...migrate.packages])];
    const npm = [...packageClosure(workspaceRoot, wanted, devOnlyPackages(workspaceRoot))].sort();
    const files = [
      ...[...outputFiles, ...(existsSync(join(workspaceRoot, manifest)) ? [manifest] : [])].map((path) =>
        readAs(workspaceRoot, path, path),
      ),
      ...linked.flatMap((link) =>
        link.files.map((path) => readAs(workspaceRoot, path, `${link.place}${path.slice(link.folder.length)}`)),
      ),
      ...migrate.files,
    ];
    return {
      files: uniquePaths(files),
      inputs: [...outputFiles, manifest, ...linked.flatMap((link) => [...link.files, ...link.folders])],
      folders: [],
      facts: { wanted: { imported: [], whole: npm }, npm },
    };
  });

  const { npm } = own.facts;
  const packages = await cachedLayer(workspaceRoot, `${name}-packages`, JSON.stringify(npm), async () => {
    const inPlace = await packageFiles(workspaceRoot, npm);
    const licenses = await licenseFiles(workspaceRoot, npm, new Set(npm));
    return {
      files: [...inPlace, ...licenses],
      inputs: npm.map((folder) => `${folder}/package.json`),
      folders: [],
      facts: { npm, natives: nativePackages(workspaceRoot, npm, inPlace) },
    };
  });
  return { packages, own, npm };
}

/**
 * A package of the workspace: its folder, where Node finds it, which of its files are taken, and the folders that they
 * are looked for in: the time of a folder says that a file came or went.
 */
type LinkedPackage = { folder: string; place: string; files: string[]; folders: string[] };

/** The workspace's packages that `paths` lie in, as far as node_modules links to them. */
function linkedPackages(workspaceRoot: string, root: string, paths: string[]): LinkedPackage[] {
  const folders = [...new Set(paths.map((path) => packageAbove(workspaceRoot, path)))];
  return folders.flatMap((folder): LinkedPackage[] => {
    if (folder === undefined || folder === root) return [];
    const { name } = readJson<{ name?: string }>(join(workspaceRoot, folder, 'package.json'));
    const places = [`${root}/node_modules/${name}`, `node_modules/${name}`];
    const place = places.find((path) => existsSync(join(workspaceRoot, path)) && isSame(workspaceRoot, path, folder));
    if (place === undefined) return [];
    const own = paths.filter((path) => path.startsWith(`${folder}/`));
    const tops = new Set(
      own
        .map((path) => path.slice(folder.length + 1).split('/'))
        .flatMap(([top, ...rest]) => (rest.length > 0 ? [`${folder}/${top}`] : [])),
    );
    const files = [`${folder}/package.json`, ...own, ...[...tops].flatMap((top) => below(workspaceRoot, top))];
    return [
      { folder, place, files: [...new Set(files)], folders: [...tops].flatMap((top) => foldersOf(workspaceRoot, top)) },
    ];
  });
}

function unlinked(paths: string[], linked: LinkedPackage[]): Problem[] {
  return paths
    .filter((path) => !linked.some(({ folder }) => path.startsWith(`${folder}/`)))
    .map((path) => ({
      file: path,
      message: 'is loaded by the build and lies outside of its output',
      hint: 'let the target copy or bundle it, or import it as a package of the workspace',
    }));
}

/** Names of the workspace's own packages that lead to nothing. */
function unbuilt(workspaceRoot: string, root: string, missing: Set<string>): Problem[] {
  return [...missing]
    .filter((name) =>
      [`${root}/node_modules/${name}`, `node_modules/${name}`].some(
        (path) =>
          existsSync(join(workspaceRoot, path, 'package.json')) &&
          !realpathSync(join(workspaceRoot, path)).includes('/node_modules/'),
      ),
    )
    .map((name) => ({
      file: `${root}/${SERVICE_FILE}`,
      key: 'build.target',
      message: `${name} is loaded, and what its package.json exports is not there`,
      hint: `build it first: dependsOn: ["^build"] of the target`,
    }));
}

function pnpmProblems(root: string, folders: string[]): Problem[] {
  if (!folders.some((folder) => folder.includes('/.pnpm/'))) return [];
  const message = "takes packages from pnpm's store, whose links an image of a build target does not keep yet";
  return [
    {
      file: `${root}/${SERVICE_FILE}`,
      key: 'build.target',
      message,
      hint: 'node-linker=hoisted in .npmrc, or let the target bundle them, or build: { dockerfile: Dockerfile }',
    },
  ];
}

function missingEntry(
  workspaceRoot: string,
  root: string,
  { target, entry }: { target: string; entry: string },
): Problem {
  const found = globSync([`${root}/{dist,build,out}/**/*.{js,cjs,mjs}`, `{dist,build,out}/${root}/**/*.{js,cjs,mjs}`], {
    cwd: workspaceRoot,
  })
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .slice(0, 5);
  const hint =
    found.length === 0
      ? 'name a file that it writes'
      : `there are: ${found.join(', ')}; begin with {workspaceRoot}/ outside of ${root}`;
  return {
    file: `${root}/${SERVICE_FILE}`,
    key: 'build.entry',
    message: `${entry} is not there, though target "${target}" has run`,
    hint,
  };
}

function packageAbove(workspaceRoot: string, path: string): string | undefined {
  for (let at = dirname(path); at !== '.'; at = dirname(at))
    if (existsSync(join(workspaceRoot, at, 'package.json'))) return at;
  return undefined;
}

function isSame(workspaceRoot: string, a: string, b: string): boolean {
  return realpathSync(join(workspaceRoot, a)) === realpathSync(join(workspaceRoot, b));
}

function below(workspaceRoot: string, folder: string): string[] {
  return entriesBelow(workspaceRoot, folder)
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.d.ts') && !entry.name.endsWith('.tsbuildinfo'))
    .map((entry) => relative(workspaceRoot, join(entry.parentPath, entry.name)))
    .sort();
}

/** The folder and those below. */
function foldersOf(workspaceRoot: string, folder: string): string[] {
  const inner = entriesBelow(workspaceRoot, folder).filter((entry) => entry.isDirectory());
  return [folder, ...inner.map((entry) => relative(workspaceRoot, join(entry.parentPath, entry.name)))];
}

function entriesBelow(workspaceRoot: string, folder: string): Dirent[] {
  const exclude = (entry: Dirent) => entry.name === 'node_modules';
  return globSync(`${folder}/**/*`, { cwd: workspaceRoot, withFileTypes: true, exclude });
}

function readAs(workspaceRoot: string, path: string, as: string): BundleFile {
  return { path: as, bytes: readFileSync(join(workspaceRoot, path)) };
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { readJson } from '@slipway/util/json';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { asProblems, OUTSIDE_HINT } from './build-problems.ts';
import { besideFiles, readAssets } from './beside-files.ts';
import type { BundleFile } from './bundle-file.ts';
import { bundleOptions } from './bundle-options.ts';
import { externalsPlugin, type PackageFile, sortedPackages } from './externals-plugin.ts';
import { findPackage } from './package-closure.ts';
import { type References, sourcePlacePlugin } from './source-place-plugin.ts';
import { urlPath } from './url-path.ts';

/** Our own code of a service. Paths are relative to the workspace. */
export type SourceBundle = {
  files: BundleFile[];
  /** Entry (`main`, `migrate`) → its file. */
  entries: Map<string, string>;
  /** Its sources, and the folders in which a new file may be one. */
  inputs: string[];
  folders: string[];
  /** What it imports of npm packages, and the packages that it has by other ways. */
  packages: PackageFile[];
  whole: string[];
};

/** Also in generators/eject/files/bundle.mjs.template. */
const AUTOLOAD_OPTION = 'FASTIFY_AUTOLOAD_TYPESCRIPT';

type Result = BuildResult<{ metafile: true; write: false }>;

/**
 * Builds a service's sources again and again by `run`, which is asked for more programs when sources load some by path.
 * `root` is a real path. Throws ValidationError for what does not compile or would not run in an image.
 */
export class SourceBuild {
  readonly #references: References = new Map();
  readonly #packages = new Map<string, PackageFile>();
  readonly #root: string;
  readonly #service: string;
  readonly #entries: string[];
  #programs: string[] = [];

  constructor(root: string, { root: service }: ServiceSpec, entries: string[]) {
    this.#root = root;
    this.#service = service;
    this.#entries = entries;
  }

  /** For esbuild; others whenever the programs are others. */
  options(): BuildOptions & { metafile: true; write: false } {
    const main = this.#entries.map((entry) => ({ in: `${this.#service}/src/${entry}.ts`, out: entry }));
    const others = this.#programs.map((path) => ({ in: path, out: programName(path) }));
    const entryFiles = [...main, ...others].map(({ in: file }) => file);
    const options = bundleOptions(this.#root);
    return {
      ...options,
      banner: { js: `${options.banner.js}${this.#scannerHint()}` },
      entryPoints: [...main, ...others],
      outdir: join(this.#root, this.#service),
      plugins: [
        externalsPlugin(this.#root, this.#packages),
        sourcePlacePlugin(this.#root, this.#service, entryFiles, this.#references),
      ],
    };
  }

  /** The bundle of a result; undefined when there are more programs now, so that it takes another. */
  read({ outputFiles, metafile }: Result): SourceBundle | undefined {
    const inputs = Object.keys(metafile.inputs).sort();
    this.#refuseOutside(metafile.inputs);
    const beside = besideFiles(this.#root, inputs, this.#references);
    if (beside.problems.length > 0) throw new ValidationError(beside.problems);
    const programs = [...new Set([...this.#programs, ...beside.programs])].sort();
    if (programs.length > this.#programs.length) {
      this.#programs = programs;
      return undefined;
    }
    const outputs = new Map(
      Object.entries(metafile.outputs).flatMap(([file, { entryPoint, exports }]) =>
        entryPoint === undefined ? [] : [[entryPoint, { file, exports }] as const],
      ),
    );
    const outputOf = (source: string) => {
      const output = outputs.get(source);
      if (output === undefined) throw new Error(`esbuild made nothing of its entry ${source}`);
      return output;
    };
    const stubs = programs.map((path) => ({ path, bytes: Buffer.from(stubOf(path, outputOf(path))) }));
    const packages = sortedPackages(this.#packages);
    const code = outputFiles.flatMap(({ path, text }) => (path.endsWith('.js') ? [text] : [])).join('\n');
    return {
      files: [
        ...outputFiles.map(({ path, contents }) => ({ path: relative(this.#root, path), bytes: contents })),
        ...stubs,
        ...readAssets(this.#root, beside.assets),
      ],
      entries: new Map(
        this.#entries.map((entry) => [entry, outputOf(`${this.#service}/src/${entry}.ts`).file] as const),
      ),
      inputs: [...inputs, ...beside.assets, ...this.#configs(beside.folders)],
      folders: beside.folders,
      packages,
      whole: [...new Set([...beside.packages, ...this.#named(beside.folders, packages, code)])].sort(),
    };
  }

  /** @fastify/autoload refuses `.ts` unless it is told that they can be loaded; those that it finds are stubs. */
  #scannerHint(): string {
    const has = findPackage(this.#root, this.#service, '@fastify/autoload') !== undefined;
    return has ? ` process.env.${AUTOLOAD_OPTION} ??= '1';` : '';
  }

  problemsOf(error: unknown): unknown {
    return asProblems(error, this.#service);
  }

  #refuseOutside(inputs: Result['metafile']['inputs']): void {
    const outside = Object.keys(inputs).filter((path) => path.startsWith('../'));
    const problems = outside.map((path) => {
      const importer = Object.entries(inputs).find(([, { imports }]) => imports.some((it) => it.path === path))?.[0];
      const message = `${join(this.#root, path)} is outside of the workspace`;
      return { file: importer ?? this.#service, message, hint: OUTSIDE_HINT };
    });
    if (problems.length > 0) throw new ValidationError(problems);
  }

  #configs(folders: string[]): string[] {
    return folders.flatMap((folder) =>
      readdirSync(join(this.#root, folder))
        .filter((name) => /^tsconfig.*\.json$/.test(name))
        .map((name) => `${folder}/${name}`),
    );
  }

  /** Packages that the service or a library declares and code names without an import, e.g. a logger's transport. */
  #named(folders: string[], packages: PackageFile[], code: string): string[] {
    const seen = (folder: string) => packages.some(({ path }) => path.startsWith(`${folder}/`));
    // Types are gone from the code.
    const isNamed = (name: string) => ['"', "'", '`'].some((quote) => code.includes(`${quote}${name}`));
    return folders.flatMap((folder) => {
      const file = join(this.#root, folder, 'package.json');
      if (!existsSync(file)) return [];
      const { dependencies = {} } = readJson<{ dependencies?: Record<string, string> }>(file);
      return Object.keys(dependencies)
        .filter(isNamed)
        .flatMap((name) => {
          const found = findPackage(this.#root, folder, name);
          return found === undefined || seen(found) || isOurs(this.#root, found) ? [] : [found];
        });
    });
  }
}

/** Builds once. */
export async function buildSources(source: SourceBuild): Promise<SourceBundle> {
  while (true) {
    const result = await build(source.options()).catch((error: unknown) => {
      throw source.problemsOf(error);
    });
    const bundle = source.read(result);
    if (bundle !== undefined) return bundle;
  }
}

function programName(path: string): string {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return `${basename(path, extname(path)).replaceAll(/[^\w.-]/g, '_')}-${hash}`;
}

/** Where code looks for a program there is a file that leads to what it was bundled to. */
function stubOf(path: string, { file, exports }: { file: string; exports: string[] }): string {
  const beside = urlPath(relative(join(path, '..'), file));
  const from = JSON.stringify(beside.startsWith('.') ? beside : `./${beside}`);
  return `export * from ${from};\n${exports.includes('default') ? `export { default } from ${from};\n` : ''}`;
}

/** Workspaces of npm are links to their folder. */
function isOurs(root: string, folder: string): boolean {
  return !relative(root, realpathSync(join(root, folder))).includes('node_modules/');
}

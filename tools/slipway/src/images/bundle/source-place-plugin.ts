import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, relative } from 'node:path';
import { type Loader, type Plugin, transform, type TransformFailure } from 'esbuild';
import { type CompilerOptions, compilerOptionsOf } from './compiler-options.ts';
import { type FileReference, fileReferences } from './file-references.ts';
import { withDecoratorMetadata } from './decorator-metadata.ts';
import { urlPath } from './url-path.ts';

/** What sources say of files beside them; source (relative to the workspace) → its references. */
export type References = Map<string, FileReference[]>;

const SOURCE = /\.[cm]?[jt]sx?$/;
const ASKS = /import\s*\.\s*meta|\b__dirname\b|\b__filename\b|\bWorker\b|\bfork\b|import\s*\(|createRequire/;
const LOADERS: Record<string, Loader> = { '.tsx': 'tsx', '.jsx': 'jsx', '.ts': 'ts', '.mts': 'ts', '.cts': 'ts' };

/**
 * A source that asks where it lies is told its place in the workspace's layout, which images keep, and not the bundle's.
 * Compiles as the workspace's tsconfig says where the bundler does not read that by itself. `serviceRoot`: the folder of
 * the bundle.
 */
export function sourcePlacePlugin(
  root: string,
  serviceRoot: string,
  entries: string[],
  references: References,
): Plugin {
  return {
    name: 'source-place',
    setup: (build) => {
      const settings = new Map<string, ReturnType<typeof compilerOptionsOf>>();
      const settingsOf = (folder: string) => {
        const known = settings.get(folder) ?? compilerOptionsOf(root, folder);
        settings.set(folder, known);
        return known;
      };
      build.onStart(() => {
        references.clear();
        settings.clear();
      });
      build.onLoad({ filter: SOURCE }, async ({ path }) => {
        const file = relative(root, path);
        if (file.includes('node_modules/') || file.startsWith('..')) return undefined;
        const text = await readFile(path, 'utf8');
        const { options, isPlain, file: tsconfig } = settingsOf(dirname(file));
        const hasMetadata = options.experimentalDecorators === true && options.emitDecoratorMetadata === true;
        const isDecorated = hasMetadata && /\.[cm]?tsx?$/.test(path) && text.includes('@');
        if (!isDecorated && !ASKS.test(text) && isPlain) return undefined;
        const source = isDecorated ? await withDecoratorMetadata(root, { file, text, options, tsconfig }) : text;
        if (typeof source !== 'string') return { errors: [source] };
        const compiled = await transform(source, {
          loader: source === text ? (LOADERS[extname(path)] ?? 'js') : 'jsx',
          // The bundler takes it as beside the source.
          sourcefile: basename(path),
          sourcemap: 'inline',
          sourcesContent: false,
          target: 'node24',
          tsconfigRaw: { compilerOptions: forEsbuild(options) },
          define: definitions(entries.includes(file)),
          banner: placeOf(relative(serviceRoot, file), text),
        }).catch((error: TransformFailure) => error);
        if (!('code' in compiled)) {
          const errors = compiled.errors.map(({ text, location }) => ({ text, location: { ...location, file } }));
          return { errors };
        }
        const { code } = compiled;
        references.set(file, fileReferences(root, file, text, code));
        return { contents: code, loader: path.endsWith('x') ? 'jsx' : 'js' };
      });
    },
  };
}

function definitions(isEntry: boolean): Record<string, string> {
  return {
    'import.meta.url': '__slipway_url',
    'import.meta.dirname': '__slipway_dirname',
    'import.meta.filename': '__slipway_filename',
    'import.meta.resolve': '__slipway_resolve',
    __dirname: '__slipway_dirname',
    __filename: '__slipway_filename',
    // Bundled together, each would take itself for the program.
    ...(isEntry ? {} : { 'import.meta.main': 'false' }),
  };
}

/** `__slipway_bundle` is what bundles begin with: their own URL. */
function placeOf(path: string, text: string): string {
  if (!/import\s*\.\s*meta|__dirname|__filename/.test(text)) return '';
  return [
    `const __slipway_url = new URL(${JSON.stringify(urlPath(path))}, __slipway_bundle).href`,
    '__slipway_filename = process.getBuiltinModule("node:url").fileURLToPath(__slipway_url)',
    '__slipway_dirname = process.getBuiltinModule("node:path").dirname(__slipway_filename)',
    '__slipway_resolve = (name) => /^\\.{0,2}\\//.test(name) ? new URL(name, __slipway_url).href ' +
      ': __slipway_package(name);',
  ].join(', ');
}

type Raw = Exclude<NonNullable<Parameters<typeof transform>[1]>['tsconfigRaw'], string | undefined>;

/** Those that change the code; paths and modules are the bundler's own matter. */
function forEsbuild(options: CompilerOptions): NonNullable<Raw['compilerOptions']> {
  const names = [
    'experimentalDecorators',
    'useDefineForClassFields',
    'verbatimModuleSyntax',
    'alwaysStrict',
    'strict',
    'target',
    'jsx',
    'jsxFactory',
    'jsxFragmentFactory',
    'jsxImportSource',
  ] as const;
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { isSource } from './published-manifest.ts';
import type { Manifest } from './released-package.ts';

const NEEDED = ['README.md', 'LICENSE', 'package.json'];
const TEST = /(^|\/)(test|test-long|__tests__|fixtures)\/|\.(test|spec)\./;
/** Text that a generator makes files of. */
const TEMPLATE = /\.template$/;
/** Statements only: a text that the program prints may hold an import, too. */
const IMPORT =
  /^\s*(?:import|export)\b[^'"\n]*?\bfrom '([^']+)'|^\s*import '([^']+)'|\bimport\('([^'\n]+)'\)|^\} from '([^']+)'/gm;

/** Why a tarball must not be published; `files`: path → content. */
export function tarballProblems(files: Map<string, Buffer>): string[] {
  const manifest = JSON.parse(files.get('package.json')?.toString() ?? '{}') as Manifest;
  const paths = [...files.keys()];
  return [
    ...NEEDED.filter((name) => !files.has(name)).map((name) => `${name} is missing`),
    ...paths.filter(isSource).map((path) => `${path} is a source: Node strips no types below node_modules`),
    ...paths.filter((path) => TEST.test(path) && !TEMPLATE.test(path)).map((path) => `${path} is a test`),
    ...manifestProblems(manifest, files),
    ...paths.filter((path) => path.endsWith('.js')).flatMap((path) => importProblems(manifest, files, path)),
  ];
}

function manifestProblems(manifest: Manifest, files: Map<string, Buffer>): string[] {
  const named = [
    ...Object.values(manifest.bin ?? {}),
    ...Object.values((manifest.exports ?? {}) as Record<string, unknown>).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target as Record<string, string>),
    ),
    ...[manifest.executors, manifest.generators].filter((file) => file !== undefined),
  ];
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
  return [
    ...('private' in manifest ? ['package.json says private'] : []),
    ...['license', 'engines', 'description'].flatMap((key) => (key in manifest ? [] : [`package.json has no ${key}`])),
    ...named
      .filter((path) => !files.has(posix.normalize(path)))
      .map((path) => `package.json names ${path}, which is not in the tarball`),
    ...ranges
      .filter(([, range]) => /^(workspace|file|link):/.test(range))
      .map(([name, range]) => `package.json needs ${name} as ${range}, which only this repository has`),
  ];
}

function importProblems(manifest: Manifest, files: Map<string, Buffer>, path: string): string[] {
  const declared = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  const text = files.get(path)!.toString();
  const imports = [...text.matchAll(IMPORT)].map((match) => match.slice(1).find((name) => name !== undefined)!);
  return [...new Set(imports)].flatMap((name) => {
    if (name.startsWith('.')) {
      const target = posix.join(posix.dirname(path), name);
      return files.has(target) ? [] : [`${path} imports ${name}, which is not in the tarball`];
    }
    const owner = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
    const isKnown = name.startsWith('node:') || builtinModules.includes(owner) || declared.includes(owner);
    return isKnown || owner === manifest.name ? [] : [`${path} imports ${owner}, which package.json does not declare`];
  });
}

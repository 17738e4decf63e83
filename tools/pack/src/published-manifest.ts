import type { Manifest } from './released-package.ts';

/** What only this repository needs. */
const OURS = ['private', 'nx', 'scripts', 'devDependencies', 'files'];

/**
 * package.json as a registry gets it: sources are named by what they are compiled to. The repository itself keeps
 * exports that name sources, so that its own loop needs neither a build nor a condition on every command line.
 */
export function publishedManifest(manifest: Manifest): Manifest {
  const kept = Object.fromEntries(Object.entries(manifest).filter(([field]) => !OURS.includes(field)));
  const exports = Object.entries(manifest.exports ?? {}).map(([name, target]) => [name, published(target)]);
  return { ...(kept as Manifest), ...(manifest.exports === undefined ? {} : { exports: Object.fromEntries(exports) }) };
}

function published(target: string) {
  if (!isSource(target)) return target;
  const stem = target.replace(/\.ts$/, '');
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}

/** TypeScript that is compiled, not a declaration. */
export function isSource(path: string): boolean {
  return /(?<!\.d)\.[cm]?ts$/.test(path);
}

/** A file that is copied, with the sources that it names by path named by what they are compiled to. */
export function withCompiledPaths(text: string): string {
  return text.replaceAll(/(?<=['"]\.{1,2}\/[^'"\n]*)(?<!\.d)\.ts(?=['"#])/g, '.js');
}

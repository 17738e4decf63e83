import type { Problem } from '../../util/problems/problem.ts';
import type { NpmPackage } from './npm-packages.ts';

/** Bundled packages under a licence that is not among `allowed`, option `licenses` in nx.json; without it, none is refused. */
export function licenseProblems(
  packages: Omit<NpmPackage, 'integrity'>[],
  allowed: readonly string[] | undefined,
): Problem[] {
  if (allowed === undefined) return [];
  return packages
    .filter(({ license }) => !isAllowed(license, allowed))
    .map(({ name, version, license }) => ({
      file: 'nx.json',
      key: `${name}@${version}`,
      message: `is bundled into an image and has the licence "${license}"`,
      hint: `use another package, or allow it: options.licenses of the plugin slipway (now: ${allowed.join(', ')})`,
    }));
}

/** Of a choice one suffices: `(MIT OR GPL-3.0)`. Any other expression has to be in the list as it is. */
function isAllowed(license: string, allowed: readonly string[]): boolean {
  const isChoice = !/ (?:AND|WITH) /.test(license);
  const choices = isChoice ? license.replace(/^\((.*)\)$/, '$1').split(' OR ') : [];
  return [license, ...choices].some((it) => allowed.includes(it));
}

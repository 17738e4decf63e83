import type { Problem } from '../../util/problems/problem.ts';
import type { NpmPackage } from './npm-packages.ts';

/** Bundled packages under a licence that is not among `allowed`, option `licenses` in nx.json; without it, none is refused. */
export function licenseProblems(
  packages: Omit<NpmPackage, 'integrity'>[],
  allowed: readonly string[] | undefined,
): Problem[] {
  if (allowed === undefined) return [];
  return packages
    .filter(({ license }) => !allowed.includes(license))
    .map(({ name, version, license }) => ({
      file: 'nx.json',
      key: `${name}@${version}`,
      message: `is bundled into an image and has the licence "${license}"`,
      hint: `use another package, or allow it: options.licenses of the plugin slipway (now: ${allowed.join(', ')})`,
    }));
}

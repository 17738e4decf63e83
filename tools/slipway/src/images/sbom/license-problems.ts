import type { Problem } from '../../util/problems/problem.ts';
import type { NpmPackage } from './npm-packages.ts';

/** Licences of what we pass on in an image beside our own Apache-2.0: they ask for their text and nothing of ours. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];

/** Bundled packages under a licence that was not reviewed. */
export function licenseProblems(packages: Omit<NpmPackage, 'integrity'>[]): Problem[] {
  return packages
    .filter(({ license }) => !ALLOWED.includes(license))
    .map(({ name, version, license }) => ({
      file: 'package-lock.json',
      key: `${name}@${version}`,
      message: `is bundled into an image and has the licence "${license}"`,
      hint: `use another package, or add the licence in tools/slipway/src/images/sbom/license-problems.ts (allowed: ${ALLOWED.join(', ')})`,
    }));
}

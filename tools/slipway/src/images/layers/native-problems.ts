import type { Problem } from '../../util/problems/problem.ts';
import { packageName } from '../bundle/package-folder.ts';
import type { NativePackage } from './native-packages.ts';
import { platformName, runsOn, type Target } from './platform.ts';

/** The packages whose native code would not load in an image for `target`. */
export function nativeProblems(packages: NativePackage[], target: Target): Problem[] {
  const { os, cpu, libc } = target;
  return packages.flatMap(({ folder, present, absent }) => {
    if (present.some((platform) => runsOn(platform, target))) return [];
    const lacking = absent?.filter(({ platform }) => runsOn(platform, target));
    // None for this platform, on purpose: the package works without.
    if (lacking?.length === 0) return [];
    const has = [...new Set(present.map(platformName))].join(', ');
    const here = platformName({ os: [os], cpu: [cpu] });
    const install = `npm install --no-save --os=${os} --cpu=${cpu} --libc=${libc} ${packageName(folder)}`;
    return {
      file: folder,
      message: `has native code for ${has} alone, and the image is for ${here}`,
      hint:
        lacking === undefined
          ? `build the image where npm ci has compiled it for ${here}`
          : `${install}; npm ci brings this machine's back`,
    };
  });
}

import { run } from '../../core/run.ts';

const PUBLIC_MIRROR = 'http://deb.debian.org/debian';

/**
 * Packages come from where this machine's own apt gets them. A machine that is no Debian (Ubuntu, say) has no
 * such place: SLIPWAY_DEBIAN_MIRROR names one, and Debian's public mirror is the last resort.
 */
export async function debianMirror(): Promise<string> {
  if (process.env.SLIPWAY_DEBIAN_MIRROR) return process.env.SLIPWAY_DEBIAN_MIRROR;
  const format = '$(CREATED_BY)|$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)';
  return mirrorIn(await run(['apt-get', 'indextargets', '--format', format])) ?? PUBLIC_MIRROR;
}

/** The first archive of Debian proper; its security archive has the same origin but not every package. */
export function mirrorIn(targets: string): string | undefined {
  const prefix = 'Packages|Debian|Debian|main|';
  const line = targets.split('\n').find((target) => target.startsWith(prefix));
  return line?.slice(prefix.length).trim().replace(/\/$/, '');
}

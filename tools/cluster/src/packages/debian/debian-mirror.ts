import { run } from '../../core/run.ts';

const PUBLIC_MIRROR = 'http://deb.debian.org/debian';

/**
 * The Debian archive to take packages from: SLIPWAY_DEBIAN_MIRROR, else where the apt of this machine gets Debian's
 * packages, else the public mirror (Ubuntu's apt knows no Debian archive).
 */
export async function debianMirror(): Promise<string> {
  if (process.env.SLIPWAY_DEBIAN_MIRROR) return process.env.SLIPWAY_DEBIAN_MIRROR;
  const format = '$(CREATED_BY)|$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)';
  return mirrorIn(await run(['apt-get', 'indextargets', '--format', format])) ?? PUBLIC_MIRROR;
}

/** The first archive of Debian proper; the security archive has the same origin but not every package. */
export function mirrorIn(targets: string): string | undefined {
  const prefix = 'Packages|Debian|Debian|main|';
  const line = targets.split('\n').find((target) => target.startsWith(prefix));
  return line?.slice(prefix.length).trim().replace(/\/$/, '');
}

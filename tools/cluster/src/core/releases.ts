import { join } from 'node:path';
import { readJson } from '@slipway/util/json';

/** A minor of Kubernetes, with everything that was tried together with it. */
export type Release = {
  kubernetes: string;
  /** The kind that creates clusters of this release. */
  kind: string;
  etcd: string;
  coredns: string;
  /** The node image to pull where registries can be reached, from the notes of the kind release. */
  kindNode: string;
  /** What needs a release that Kubernetes no longer supports. */
  keptFor?: string;
};

/** The newest minor first. `npm run renovate:kubernetes` writes the file, and the Go module of each release. */
export const RELEASES = readJson<readonly Release[]>(join(import.meta.dirname, 'releases.json'));

/** What Kubernetes supports: its newest minor and the two before it. */
export const SUPPORTED_RELEASES = RELEASES.filter(({ keptFor }) => keptFor === undefined);

/** What `up` creates without `--kubernetes`; kubectl and kind on the PATH of npm are of this release. */
export const DEFAULT_RELEASE = newest();

/** 1.37.2 → 1.37 */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** The release of a minor ("1.37") or of exactly its version ("1.37.2", "v1.37.2"). */
export function findRelease(text: string): Release | undefined {
  const version = text.replace(/^v/, '');
  return RELEASES.find(({ kubernetes }) => version === kubernetes || version === minorOf(kubernetes));
}

/** "1.37, 1.36 or 1.35": what users are offered. */
export function releaseNames(): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
    SUPPORTED_RELEASES.map(({ kubernetes }) => minorOf(kubernetes)),
  );
}

function newest(): Release {
  const [release] = RELEASES;
  if (release === undefined) throw new Error('releases.json names no release');
  return release;
}

/** A minor of Kubernetes, with everything that was tried together with it. */
export type Release = {
  kubernetes: string;
  /** The kind that creates clusters of this release. */
  kind: string;
  etcd: string;
  coredns: string;
  /** Of the Go module below `go/` that names these versions. */
  goFolder: string;
  /** The node image to pull where registries can be reached, from the notes of the kind release. */
  kindNode: string;
};

const KUBERNETES_1_34: Release = {
  kubernetes: '1.34.4',
  kind: '0.30.0',
  etcd: '3.6.5',
  coredns: '1.14.0',
  goFolder: 'kubernetes',
  kindNode: 'kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a',
};

const KUBERNETES_1_37: Release = {
  kubernetes: '1.37.2',
  kind: '0.33.0',
  etcd: '3.7.2',
  coredns: '1.14.0',
  goFolder: 'kubernetes-1.37',
  kindNode: 'kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5',
};

/** What `up` creates without `--kubernetes`; kubectl and kind on the PATH of npm are of this release. */
export const DEFAULT_RELEASE = KUBERNETES_1_34;

export const RELEASES: readonly Release[] = [KUBERNETES_1_34, KUBERNETES_1_37];

/** 1.37.2 → 1.37 */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** The release of a minor ("1.37") or of exactly its version ("1.37.2", "v1.37.2"). */
export function findRelease(text: string): Release | undefined {
  const version = text.replace(/^v/, '');
  return RELEASES.find(({ kubernetes }) => version === kubernetes || version === minorOf(kubernetes));
}

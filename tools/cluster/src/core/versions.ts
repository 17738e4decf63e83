/**
 * Every version that a cluster is made of. The go.mod files under go/ and the shims under bin/ must agree;
 * test/versions.test.ts checks that they do.
 */
export const VERSIONS = {
  kubernetes: '1.34.4',
  kind: '0.30.0',
  etcd: '3.6.5',
  coredns: '1.14.0',
  localPathProvisioner: '0.0.30',
  kubeRouter: '1.6.1',
  metricsServer: '0.7.2',
  /** The Go module's number; the release is 3.16.0. */
  prometheus: '0.316.0',
  postgresMajor: '17',
  /** cgroup v1 hosts still exist, and systemd after 252 does not boot on them: nodes stay on bookworm. */
  debianOfNodes: 'bookworm',
  /** The first Debian with PostgreSQL 17. */
  debianOfApps: 'trixie',
} as const;

/** The images to pull where registries can be reached. */
export const OFFICIAL_IMAGES = {
  kindNode: 'kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a',
  node: 'docker.io/library/node:24-trixie-slim',
  postgres: 'docker.io/library/postgres:17-trixie',
  metricsServer: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
  prometheus: 'docker.io/prom/prometheus:v3.16.0',
} as const;

/** Images come from a registry, or are built from packages. */
export type ImageSource = 'official' | 'packages';

/** The architecture of this machine as images name it. */
export const imageArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

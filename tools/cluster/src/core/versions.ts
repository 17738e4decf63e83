/**
 * Every version that a cluster is made of, besides those of a release of Kubernetes (releases.ts). The go.mod files under
 * go/ and the shims under bin/ must agree; test/versions.test.ts checks that they do.
 */
export const VERSIONS = {
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
  node: 'docker.io/library/node:24-trixie-slim',
  postgres: 'docker.io/library/postgres:17-trixie',
  metricsServer: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
  prometheus: 'docker.io/prom/prometheus:v3.16.0',
} as const;

/** Images come from a registry, or are built from packages. */
export type ImageSource = 'official' | 'packages';

/** The architecture of this machine as images name it. */
export const imageArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

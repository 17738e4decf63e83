import type { Release } from '../../src/core/releases.ts';
import type { Upstream } from './upstream.ts';

const REQUIREMENT = /^(\t|require )(\S+) v(\S+)/gm;

/** The versions that a go.mod requires, without their v. */
export function requirements(goMod: string): Map<string, string> {
  return new Map([...goMod.matchAll(REQUIREMENT)].map(([, , path = '', version = '']) => [path, version]));
}

/** What `go mod tidy` completes to the go.mod of a release. */
export function releaseGoMod({ kubernetes, kind, etcd, coredns }: Release, { go, staging }: Upstream): string {
  return `module slipway.local/kubernetes

go ${go}

require (
	github.com/coredns/coredns v${coredns}
	go.etcd.io/etcd/server/v3 v${etcd}
	k8s.io/kubernetes v${kubernetes}
	sigs.k8s.io/kind v${kind}
)

${replacements(staging, kubernetes)}`;
}

/** The go.mod of another module with the release's staging modules and with its version of every path that both name. */
export function alignGoMod(
  goMod: string,
  releaseMod: string,
  { kubernetes }: Release,
  { go, staging }: Upstream,
): string {
  const shared = requirements(releaseMod);
  return goMod
    .replace(/^go .*$/m, `go ${go}`)
    .replace(/^replace \([^)]*\)\n?/m, replacements(staging, kubernetes))
    .replace(REQUIREMENT, (line, start: string, path: string) => {
      const version = shared.get(path);
      return version === undefined ? line : `${start}${path} v${version}`;
    });
}

/** Kubernetes names its staging modules v0.0.0 and takes them from its own tree, which a module's zip does not have. */
function replacements(staging: readonly string[], kubernetes: string): string {
  const version = kubernetes.replace(/^1\./, 'v0.');
  return `replace (\n${staging.map((path) => `\t${path} => ${path} ${version}\n`).join('')})\n`;
}

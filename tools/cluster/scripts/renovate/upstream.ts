import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { run } from '../../src/core/run.ts';
import { isVersion } from './versions.ts';

/** What the sources of a version of Kubernetes say. */
export type Upstream = {
  /** The folder of the sources. */
  folder: string;
  /** The version of Go that it needs. */
  go: string;
  /** The modules that it takes from its own tree. */
  staging: string[];
  /** The versions that kubeadm installs. */
  etcd: string;
  coredns: string;
};

/** Downloads a version of Kubernetes through the Go module proxy and reads it. Throws UserError if there is none. */
export async function readUpstream(kubernetes: string): Promise<Upstream> {
  const { folder, goMod } = await downloadModule('k8s.io/kubernetes', kubernetes);
  const constants = join(folder, 'cmd', 'kubeadm', 'app', 'constants', 'constants.go');
  return { folder, ...parseUpstream(await readFile(goMod, 'utf8'), await readFile(constants, 'utf8')) };
}

export function parseUpstream(goMod: string, constants: string): Omit<Upstream, 'folder'> {
  const find = (text: string, pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    // A bug: the sources have changed, and this file must fit them.
    if (found === undefined) throw new Error(`the sources of Kubernetes have no ${pattern}: adapt upstream.ts`);
    return found;
  };
  return {
    go: find(goMod, /^go (\S+)$/m),
    staging: [...goMod.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([, path = '']) => path),
    etcd: find(constants, /\bDefaultEtcdVersion = "([\d.]+)/),
    coredns: find(constants, /\bCoreDNSVersion = "v([\d.]+)"/),
  };
}

/** Sources and go.mod of a module in Go's cache. */
export async function downloadModule(path: string, version: string): Promise<{ folder: string; goMod: string }> {
  const argv = ['go', 'mod', 'download', '-json', `${path}@v${version}`] as const;
  const answer = await run(argv, { env: { GOWORK: 'off', GOFLAGS: '' } }).catch((cause: unknown) => {
    throw new UserError(`the Go module proxy does not give ${path} v${version}`, {
      hint: `go list -m -versions ${path} lists what it has`,
      cause,
    });
  });
  const { Dir, GoMod } = JSON.parse(answer) as { Dir: string; GoMod: string };
  return { folder: Dir, goMod: GoMod };
}

/** The released versions of a module that the proxy lists, oldest first. */
export async function listVersions(path: string): Promise<string[]> {
  const listed = await run(['go', 'list', '-m', '-versions', path], { env: { GOWORK: 'off', GOFLAGS: '-mod=mod' } });
  return listed
    .trim()
    .split(' ')
    .slice(1)
    .map((version) => version.replace(/^v/, ''))
    .filter(isVersion);
}

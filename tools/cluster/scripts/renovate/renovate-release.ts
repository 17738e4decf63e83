import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { goDir } from '../../src/core/paths.ts';
import { minorOf, type Release } from '../../src/core/releases.ts';
import { run } from '../../src/core/run.ts';
import { kubernetesModule } from '../../src/packages/go/go-modules.ts';
import { alignGoMod, releaseGoMod } from './go-mod.ts';
import { downloadModule, listVersions, type Upstream } from './upstream.ts';
import { closestVersion, compareVersions } from './versions.ts';

/** Versions that the command line names, instead of those that are found. */
export type Overrides = { kind?: string; etcd?: string; coredns?: string; nodeImage?: string };

/** The row of a version: what kubeadm was tested with, and the newest kind. `current`: the row of the same minor. */
export async function chooseRelease(
  kubernetes: string,
  { etcd, coredns }: Upstream,
  current: Release | undefined,
  overrides: Overrides,
): Promise<Release> {
  const kind = overrides.kind ?? (await listVersions('sigs.k8s.io/kind')).sort(compareVersions).at(-1);
  if (kind === undefined) throw new UserError('the Go module proxy lists no version of sigs.k8s.io/kind');
  return {
    kubernetes,
    kind,
    etcd: overrides.etcd ?? (await closest('go.etcd.io/etcd/server/v3', etcd, current?.etcd)),
    coredns: overrides.coredns ?? (await closest('github.com/coredns/coredns', coredns, current?.coredns)),
    kindNode: overrides.nodeImage ?? (await nodeImageOf(kubernetes, kind, current)),
    ...(current?.keptFor === undefined ? {} : { keptFor: current.keptFor }),
  };
}

async function closest(path: string, tested: string, current: string | undefined): Promise<string> {
  const found = closestVersion(tested, await listVersions(path), current);
  if (found !== undefined) return found;
  throw new UserError(`the Go module proxy lists no version of ${path} from ${tested} on`);
}

/** kind names only its default image in its sources, the others in its release notes. */
async function nodeImageOf(kubernetes: string, kind: string, current: Release | undefined): Promise<string> {
  const { folder } = await downloadModule('sigs.k8s.io/kind', kind);
  const source = await readFile(join(folder, 'pkg', 'apis', 'config', 'defaults', 'image.go'), 'utf8');
  const image = /^const Image = "([^"]+)"$/m.exec(source)?.[1];
  if (image?.startsWith(`kindest/node:v${minorOf(kubernetes)}.`)) return image;
  if (current !== undefined && current.kind === kind) return current.kindNode;
  throw new UserError(`the sources of kind ${kind} name no node image of Kubernetes ${minorOf(kubernetes)}`, {
    hint: `take it from https://github.com/kubernetes-sigs/kind/releases/tag/v${kind}: --node-image kindest/node:v…@sha256:…`,
  });
}

/** Writes go.mod and go.sum of the release below `folder`, a copy of `go/`. Nothing is compiled. */
export async function writeReleaseModule(folder: string, release: Release, upstream: Upstream): Promise<void> {
  const { folder: module, goMod = 'go.mod' } = kubernetesModule(release);
  await writeFile(join(folder, module, goMod), releaseGoMod(release, upstream));
  await tidy(join(folder, module), `-modfile=${goMod}`);
}

/** Our own main programs share packages with Kubernetes: with other versions, Go would compile them twice. */
const SHARING = ['kube-router', 'local-path-provisioner', 'metrics-server'];
const ROUNDS = 5;

/** Gives the modules that share packages with Kubernetes the versions of the release. */
export async function alignModules(folder: string, release: Release, upstream: Upstream): Promise<void> {
  const { folder: module, goMod = 'go.mod' } = kubernetesModule(release);
  const releaseMod = await readFile(join(folder, module, goMod), 'utf8');
  for (const name of SHARING)
    await align(join(folder, name), (text) => alignGoMod(text, releaseMod, release, upstream));
}

// What `tidy` adds may be shared, too.
async function align(folder: string, change: (goMod: string) => string): Promise<void> {
  const file = join(folder, 'go.mod');
  for (let round = 0; round < ROUNDS; round++) {
    await writeFile(file, change(await readFile(file, 'utf8')));
    await tidy(folder);
    const text = await readFile(file, 'utf8');
    if (change(text) === text) return;
  }
  throw new Error(`${file.slice(goDir.length)} needs newer versions than Kubernetes: replace them by hand`);
}

async function tidy(cwd: string, ...flags: string[]): Promise<void> {
  await run(['go', 'mod', 'tidy', ...flags], { cwd, env: { GOWORK: 'off', GOFLAGS: '' } });
}

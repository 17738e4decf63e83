/** Entry of `npm run renovate:kubernetes`: moves the cluster from packages to other versions of Kubernetes. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EX_USAGE, exitCodeOf, explainError, messageOf, UserError } from '@slipway/util/errors';
import { interruptible } from '@slipway/util/interruption';
import { missingError } from '../../src/core/errors.ts';
import { defaultClusterName, goDir, packageDir, self } from '../../src/core/paths.ts';
import { minorOf, type Release, RELEASES } from '../../src/core/releases.ts';
import { endOn } from '../../src/core/run.ts';
import { which } from '../../src/core/which.ts';
import { kubernetesModule } from '../../src/packages/go/go-modules.ts';
import { type Pinned, PINS, withPin } from './pins.ts';
import { alignModules, chooseRelease, type Overrides, writeReleaseModule } from './renovate-release.ts';
import { SUPPORTED, withRelease } from './rows.ts';
import { renovateSchema } from './schema.ts';
import { listVersions, readUpstream } from './upstream.ts';
import { isVersion, newestMinors } from './versions.ts';

const HELP = `Usage: npm run renovate:kubernetes -- [VERSION…] [options]

Give the cluster other versions of Kubernetes: the rows of tools/cluster/src/core/releases.json, their Go modules, the
modules that share packages with the newest one, the shims in tools/cluster/bin and the documents that name a version.
Nothing is compiled, and nothing is changed unless all of it succeeds.

VERSION is a patch version such as 1.38.0. A new minor becomes the default, and the oldest of the three supported ones
is removed. Default: the newest patches of the three newest minors that the Go module proxy has.

  --kind V         kind (default: the newest)
  --etcd V         etcd (default: the version that kubeadm installs, or a newer patch in use)
  --coredns V      CoreDNS (default: as for etcd)
  --node-image REF kindest/node:…@sha256:… of the version, from the release notes of kind; found for kind's own default
  --schema         instead: the schema that fragments are checked against, from a running cluster of the default release
  --help

Then build the cluster, --schema, npm test, and commit. Needs Go and a Go module proxy.
`;
const root = join(packageDir, '..', '..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function renovate(versions: readonly string[], overrides: Overrides): Promise<void> {
  // Not in the cache: a run of the cluster tool would empty it, and this one needs no lock.
  const work = await mkdtemp(join(tmpdir(), 'renovate-'));
  try {
    await cp(goDir, work, { recursive: true });
    let releases: Release[] = [...RELEASES];
    for (const version of versions) releases = await renovateVersion(version, releases, overrides, work);
    await adopt(releases, work);
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Brings everything that depends on the newest release up to date, and keeps the results: all of them, or none. */
async function adopt(releases: readonly Release[], work: string): Promise<void> {
  const [newest] = releases;
  if (newest === undefined) throw new Error('no release is left');
  const upstream = await readUpstream(newest.kubernetes);
  say(`${newest.kubernetes}: the modules that share packages with it`);
  await alignModules(work, newest, upstream);
  const texts = await pinnedTexts({
    supported: releases.filter(({ keptFor }) => keptFor === undefined),
    go: upstream.go,
  });
  await cp(work, goDir, { recursive: true });
  await removeModules(releases);
  await writeFile(join(packageDir, 'src', 'core', 'releases.json'), `${JSON.stringify(releases, null, 2)}\n`);
  for (const [file, text] of texts) await writeFile(join(root, file), text);
}

async function renovateVersion(
  version: string,
  releases: readonly Release[],
  overrides: Overrides,
  work: string,
): Promise<Release[]> {
  const current = releases.find(({ kubernetes }) => minorOf(kubernetes) === minorOf(version));
  say(`${version}: reading Kubernetes`);
  const upstream = await readUpstream(version);
  const release = await chooseRelease(version, upstream, current, overrides);
  const renovated = withRelease(releases, release);
  say(`${version}: kind ${release.kind}, etcd ${release.etcd}, CoreDNS ${release.coredns}; go mod tidy`);
  await writeReleaseModule(work, release, upstream);
  return renovated;
}

async function pinnedTexts(pinned: Pinned): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const pin of PINS) {
    const text = texts.get(pin.file) ?? (await readFile(join(root, pin.file), 'utf8'));
    texts.set(pin.file, withPin(text, pin, pinned));
  }
  return texts;
}

/** Of releases that are no longer in the rows. */
async function removeModules(releases: readonly Release[]): Promise<void> {
  const gone = RELEASES.filter(({ kubernetes }) =>
    releases.every((release) => minorOf(release.kubernetes) !== minorOf(kubernetes)),
  );
  for (const { folder, goMod = 'go.mod' } of gone.map(kubernetesModule)) {
    for (const file of [goMod, goMod.replace(/mod$/, 'sum')]) await rm(join(goDir, folder, file));
    say(`${goMod} is removed: out of support`);
  }
}

function parse() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        etcd: { type: 'string' },
        coredns: { type: 'string' },
        'node-image': { type: 'string' },
        schema: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { 'node-image': nodeImage, help, schema, ...components } = values;
    for (const [what, version] of [...positionals.map((text) => ['VERSION', text]), ...Object.entries(components)]) {
      if (!isVersion(version ?? '')) throw new Error(`${what} is three numbers such as 1.38.0, not "${version}"`);
    }
    if (schema && process.argv.length > 3) throw new Error('--schema stands alone: it is of the default release');
    if (nodeImage !== undefined && positionals.length !== 1) throw new Error('--node-image is for one VERSION');
    return {
      help,
      schema,
      versions: positionals,
      overrides: { ...components, ...(nodeImage === undefined ? {} : { nodeImage }) },
    };
  } catch (error) {
    throw new UserError(messageOf(error), { hint: 'see --help', exitCode: EX_USAGE, cause: error });
  }
}

async function main(): Promise<void> {
  const { help, schema, versions, overrides } = parse();
  if (help) return say(HELP.trimEnd());
  await interruptible(async (signal) => {
    endOn(signal);
    // Else the first answer would be that the module proxy does not know Kubernetes.
    if (!which('go'))
      throw missingError('no go is on the PATH', 'install Go (https://go.dev/dl/) and put it on the PATH');
    if (schema) return say(await renovateSchema(process.env.SLIPWAY_CLUSTER ?? defaultClusterName));
    const wanted = versions.length > 0 ? versions : newestMinors(await listVersions('k8s.io/kubernetes'), SUPPORTED);
    await renovate(wanted, overrides);
    say(`Next: ${self} up --fresh, then npm run renovate:kubernetes -- --schema, npm test, and commit`);
  });
}

await main().catch((error: unknown) => {
  console.error(explainError(error));
  process.exitCode = exitCodeOf(error);
});

import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readJson } from '@slipway/util/json';
import type { TarEntry } from '@slipway/oci/tar';
import { cacheKey } from '../../core/cache-key.ts';
import { missingError } from '../../core/errors.ts';
import { packageDir } from '../../core/paths.ts';
import type { Report } from '../../core/steps.ts';
import { VERSIONS } from '../../core/versions.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { packageTree, type PackageTree } from '../../packages/debian/package-tree.ts';
import { folder, mergeEntries } from '../content/entries.ts';
import { writePackagesImage } from '../content/packages-image.ts';
import { slimEntries } from '../content/slim-entries.ts';
import { accountFiles, busyboxLinks } from './base-entries.ts';

const APP_ID = 10001;

const tree: PackageTree = {
  suite: VERSIONS.debianOfApps,
  packages: ['libc6', 'libstdc++6', 'libgcc-s1', 'ca-certificates', 'tzdata', 'busybox-static'],
  // ca-certificates depends on openssl, which rehashes a folder; the bundle below needs neither.
  only: ['libc6', 'libstdc++6', 'libgcc-s1', 'gcc-14-base', 'ca-certificates', 'tzdata', 'busybox-static'],
};

const config = {
  User: `${APP_ID}:${APP_ID}`,
  Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=production'],
  Cmd: ['node'],
  WorkingDir: '/app',
};

/** Bump when the code below makes other layers from the same packages. */
const RECIPE = 2;

export function nodePackagesRef(): string {
  return `slipway.local/node:${nodePackage().version}-packages-${cacheKey(RECIPE, tree, config).slice(0, 8)}`;
}

/** Two layers: the libraries of Debian, which rarely change, below Node.js. Needs no engine. */
export async function buildNodePackagesImage(destination: string, report: Report): Promise<void> {
  const node = nodePackage();
  await inWorkFolder('node', async (workFolder) => {
    const root = await packageTree(tree, workFolder, report);
    report('writing layers');
    const libraries = mergeEntries(
      await slimEntries(root, [/^usr\/lib\/[^/]+\/gconv(\/|$)/, /^usr\/share\/ca-certificates(\/|$)/]),
      accountFiles({ name: 'app', id: APP_ID, home: '/app' }),
      [folder('etc/ssl'), folder('etc/ssl/certs'), await certificateBundle(root)],
      busyboxLinks(),
      [folder('app', 0o755, APP_ID)],
    );
    const runtime: TarEntry[] = [
      folder('usr/local/bin'),
      { path: 'usr/local/bin/node', mode: 0o755, type: 'file', source: node.binary },
    ];
    // As in the official image.
    const versioned = { ...config, Env: [...config.Env, `NODE_VERSION=${node.version}`] };
    await writePackagesImage(
      destination,
      { ref: nodePackagesRef(), config: versioned, layers: [libraries, runtime] },
      workFolder,
    );
  });
}

/** The official binary from npm, an optional dependency of this package. */
function nodePackage(): { version: string; binary: string } {
  const name = `node-linux-${process.arch}`;
  try {
    const require = createRequire(join(packageDir, 'package.json'));
    const manifest = require.resolve(`${name}/package.json`);
    const { version } = readJson<{ version: string }>(manifest);
    return { version, binary: join(dirname(manifest), 'bin', 'node') };
  } catch (error) {
    throw missingError(
      `the npm package "${name}" with the Node.js binary is not installed`,
      'npm install --include=optional',
      error,
    );
  }
}

// As update-ca-certificates writes it.
async function certificateBundle(root: string): Promise<TarEntry> {
  const certificates = join(root, 'usr', 'share', 'ca-certificates', 'mozilla');
  const names = (await readdir(certificates)).filter((name) => name.endsWith('.crt')).sort();
  const bundle = await Promise.all(names.map((name) => readFile(join(certificates, name))));
  return { path: 'etc/ssl/certs/ca-certificates.crt', mode: 0o644, type: 'file', content: Buffer.concat(bundle) };
}

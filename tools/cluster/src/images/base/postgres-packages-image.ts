import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheKey } from '../../core/cache-key.ts';
import type { Report } from '../../core/steps.ts';
import { VERSIONS } from '../../core/versions.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { packageTree, type PackageTree } from '../../packages/debian/package-tree.ts';
import { folder, link, mergeEntries, textFile } from '../content/entries.ts';
import { writePackagesImage } from '../content/packages-image.ts';
import { slimEntries } from '../content/slim-entries.ts';
import { accountFiles, busyboxLinks } from './base-entries.ts';

const POSTGRES_ID = 10070;
const MAJOR = VERSIONS.postgresMajor;

const tree: PackageTree = {
  suite: VERSIONS.debianOfApps,
  packages: [`postgresql-${MAJOR}`, `postgresql-client-${MAJOR}`, 'tzdata', 'busybox-static'],
  // Debian's cluster tooling with its dependencies, and the compiler behind JIT: the entrypoint and small queries need neither.
  without: [
    'adduser',
    'base-passwd',
    'debconf',
    'init-system-helpers',
    'libaudit-common',
    'libc-l10n',
    'libdebconfclient0',
    'libgdbm-compat4t64',
    'libgdbm6t64',
    'libio-pty-perl',
    'libipc-run-perl',
    'libjson-perl',
    'libllvm19',
    'libpam-modules',
    'libpam-modules-bin',
    'libperl5.40',
    'libproc2-0',
    'libsemanage-common',
    'libsemanage2',
    'libsepol2',
    'libtext-charwidth-perl',
    'libtext-wrapi18n-perl',
    'libz3-4',
    'locales',
    'login.defs',
    'netbase',
    'openssl',
    'openssl-provider-legacy',
    'passwd',
    'perl',
    'perl-base',
    'perl-modules-5.40',
    'postgresql-client-common',
    'postgresql-common',
    'postgresql-common-dev',
    'procps',
    'readline-common',
    'sensible-utils',
    'ssl-cert',
    'sysvinit-utils',
    'ucf',
  ],
};

const config = {
  User: `${POSTGRES_ID}:${POSTGRES_ID}`,
  Env: [
    `PATH=/usr/lib/postgresql/${MAJOR}/bin:/usr/local/bin:/usr/bin:/bin`,
    'LANG=C.UTF-8',
    `PG_MAJOR=${MAJOR}`,
    'PGDATA=/var/lib/postgresql/data',
  ],
  Entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
  Cmd: ['postgres'],
  WorkingDir: '/',
  // Fast shutdown; on SIGTERM Postgres waits until every client has disconnected.
  StopSignal: 'SIGINT',
  ExposedPorts: { '5432/tcp': {} },
  Volumes: { '/var/lib/postgresql/data': {} },
};

/** Bump when the code below makes other layers from the same packages. */
const RECIPE = 2;

const entrypoint = (): string => readFileSync(join(import.meta.dirname, 'postgres-entrypoint.sh'), 'utf8');

export function postgresPackagesRef(): string {
  const key = cacheKey(RECIPE, tree, config, entrypoint()).slice(0, 8);
  return `slipway.local/postgres:${MAJOR}-packages-${key}`;
}

export async function buildPostgresPackagesImage(destination: string, report: Report): Promise<void> {
  await inWorkFolder('postgres', async (workFolder) => {
    const root = await packageTree(tree, workFolder, report);
    report('writing layers');
    const files = mergeEntries(
      await slimEntries(root, [
        /^usr\/lib\/[^/]+\/gconv(\/|$)/,
        /^usr\/lib\/postgresql\/[^/]+\/lib\/(bitcode|llvmjit)/,
        /^usr\/include(\/|$)/,
      ]),
      accountFiles({ name: 'postgres', id: POSTGRES_ID, home: '/var/lib/postgresql' }),
      busyboxLinks(),
      [
        link('var/run', '../run'),
        folder('var/lib'),
        folder('var/lib/postgresql', 0o755, POSTGRES_ID),
        folder('var/lib/postgresql/data', 0o700, POSTGRES_ID),
        folder('run/postgresql', 0o1777, POSTGRES_ID),
        folder('usr/local/bin'),
        textFile('usr/local/bin/docker-entrypoint.sh', entrypoint(), 0o755),
      ],
    );
    await writePackagesImage(destination, { ref: postgresPackagesRef(), config, layers: [files] }, workFolder);
  });
}

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missingError } from '../../core/errors.ts';
import { pipe, run } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { which } from '../../core/which.ts';
import { debianMirror } from './debian-mirror.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

export type PackageTree = {
  suite: string;
  packages: readonly string[];
  /** The packages of the dependency closure to unpack; many only configure a system. Default: all. */
  only?: readonly string[];
  without?: readonly string[];
};

/**
 * Unpacks packages and their dependencies below `workDir` without installing anything: no root, no chroot, no maintainer
 * scripts. apt resolves, downloads and checks signatures against a private state, so every suite works on every host.
 * Resolves with the folder of the tree.
 */
export async function packageTree(tree: PackageTree, workDir: string, report: Report): Promise<string> {
  if (!which('apt-get') || !which('dpkg-deb')) {
    throw missingError(
      'building base images from packages needs apt-get and dpkg-deb (Debian, Ubuntu)',
      'use such a machine, or one that reaches docker.io: there --images official works',
    );
  }
  if (!existsSync(KEYRING)) {
    throw missingError(
      `${KEYRING}, which verifies Debian's packages, is missing`,
      'sudo apt-get install debian-archive-keyring',
    );
  }
  const apt = join(workDir, 'apt');
  const archives = join(apt, 'cache', 'archives');
  for (const folder of [join(apt, 'state', 'lists', 'partial'), join(archives, 'partial')])
    await mkdir(folder, { recursive: true });
  await writeFile(join(apt, 'status'), '');
  await writeFile(join(apt, 'sources.list'), `deb [signed-by=${KEYRING}] ${await debianMirror()} ${tree.suite} main\n`);

  report(`package lists of ${tree.suite}`);
  await run(['apt-get', 'update', '-q', ...privateState(apt)]);
  await run(['apt-get', 'install', '-y', '-q', '--download-only', ...privateState(apt), ...tree.packages], {
    onLine: (line) => line.startsWith('Get:') && report(`downloading ${line.split(' ')[4] ?? ''}`),
  });
  return unpack(archives, tree, join(workDir, 'root'), report);
}

// An empty status file is a machine without any package: apt resolves the whole closure.
function privateState(apt: string): string[] {
  const settings = {
    'Dir::State': join(apt, 'state'),
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Install-Recommends': 'false',
    // The apt configuration of Debian's container images deletes archives after each call.
    'APT::Keep-Downloaded-Packages': 'true',
    'Debug::NoLocking': 'true',
    // The user _apt cannot write below a private cache folder.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

async function unpack(archives: string, tree: PackageTree, root: string, report: Report): Promise<string> {
  await rm(root, { recursive: true, force: true });
  // Packages older than the /usr merge have files in /lib and /bin; the links lead them below /usr.
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(root, folder));
  }
  const status = join(root, 'var', 'lib', 'dpkg', 'status.d');
  await mkdir(status, { recursive: true });
  for (const archive of await debsIn(archives)) {
    const name = archive.split('_')[0] ?? archive;
    if (tree.without?.includes(name) || (tree.only && !tree.only.includes(name))) continue;
    report(`unpacking ${name}`);
    await pipe(
      ['dpkg-deb', '--fsys-tarfile', join(archives, archive)],
      ['tar', '-x', '--keep-directory-symlink', '--no-same-owner', '--delay-directory-restore', '-C', root, '-f', '-'],
    );
    // As in distroless images: scanners and SBOM tools read the packages from here, without dpkg's database.
    await writeFile(join(status, name), await run(['dpkg-deb', '--field', join(archives, archive)]));
  }
  return root;
}

async function debsIn(archives: string): Promise<string[]> {
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort();
}

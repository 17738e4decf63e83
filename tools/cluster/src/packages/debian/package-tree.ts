import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingError } from '../../core/failures.ts';
import { pipe } from '../../core/pipe.ts';
import { run } from '../../core/run.ts';
import { which } from '../../core/which.ts';
import { debianMirror } from './debian-mirror.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

export type PackageTree = {
  suite: string;
  packages: readonly string[];
  /** Which packages of the dependency closure to unpack: many configure a system and run nothing. Default: all. */
  only?: readonly string[];
  without?: readonly string[];
};

/**
 * Unpacks packages and what they depend on below `workDir`, without installing anything: no root, no chroot, no
 * maintainer scripts. apt resolves, downloads and checks signatures against a private state of its own, so any
 * suite will do whatever the host runs. Answers the tree's folder.
 */
export async function packageTree(
  tree: PackageTree,
  workDir: string,
  report: (detail: string) => void,
): Promise<string> {
  if (!which('apt-get') || !which('dpkg-deb')) {
    throw new MissingError(
      'base images can be built from packages only where apt-get and dpkg-deb are (Debian, Ubuntu).\n' +
        'Cure: use such a machine, or one that reaches docker.io, where --images official works',
    );
  }
  if (!existsSync(KEYRING)) {
    throw new MissingError(
      `${KEYRING} is missing, so Debian's packages cannot be verified.\nCure: sudo apt-get install debian-archive-keyring`,
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

// An empty status file stands for a machine without any package: the whole closure is resolved.
function privateState(apt: string): string[] {
  const settings = {
    'Dir::State': join(apt, 'state'),
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Install-Recommends': 'false',
    // Debian's container images delete archives after each call.
    'APT::Keep-Downloaded-Packages': 'true',
    'Debug::NoLocking': 'true',
    // apt's own user cannot write below a private cache folder.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

async function unpack(
  archives: string,
  tree: PackageTree,
  root: string,
  report: (detail: string) => void,
): Promise<string> {
  await rm(root, { recursive: true, force: true });
  // Packages older than the /usr merge still carry /lib and /bin; the links take them to their place.
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
    // As distroless images do it: scanners and bills of materials read what is inside without dpkg's own database.
    await writeFile(join(status, name), await run(['dpkg-deb', '--field', join(archives, archive)]));
  }
  return root;
}

async function debsIn(archives: string): Promise<string[]> {
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort();
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheKey } from '../../core/cache-key.ts';
import { missingError } from '../../core/errors.ts';
import { self } from '../../core/paths.ts';
import { pipe, run, succeeds } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { VERSIONS } from '../../core/versions.ts';
import { whichSystem } from '../../core/which.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { installAptPackages } from '../../packages/debian/apt-packages.ts';
import { debianMirror } from '../../packages/debian/debian-mirror.ts';

/** The Debian packages that kind's own node image has too. */
const PACKAGES = (
  'systemd conntrack iptables nftables iproute2 ethtool util-linux mount kmod libseccomp2 pigz bash ca-certificates curl jq ' +
  'procps hostname ipset containerd runc containernetworking-plugins'
).split(' ');

const NOT_NEEDED = [
  'usr/share/doc/*',
  'usr/share/man/*',
  'usr/share/locale/*',
  'usr/share/info/*',
  'var/cache/apt/*',
  'var/lib/apt/lists/*',
  'var/log/*.log',
];

export const rootFilesystemKey = cacheKey(VERSIONS.debianOfNodes, PACKAGES, NOT_NEEDED);
export const rootFilesystemImage = `slipway.local/kind-base:${VERSIONS.debianOfNodes}-${rootFilesystemKey}`;

export function hasRootFilesystem(): Promise<boolean> {
  return succeeds(['docker', 'image', 'inspect', rootFilesystemImage]);
}

/** debootstrap, then `docker import`: the engine keeps this part. */
export async function makeRootFilesystem(install: boolean, report: Report): Promise<void> {
  const debootstrap = await findDebootstrap(install, report);
  const mirror = await debianMirror();
  await inWorkFolder('node-root', async (folder) => {
    const root = join(folder, 'root');
    // In a separate mount namespace, which takes the mounts of debootstrap with it when it ends.
    const command = [
      'unshare',
      '--mount',
      debootstrap,
      '--variant=minbase',
      `--include=${PACKAGES.join(',')}`,
      VERSIONS.debianOfNodes,
      root,
      mirror,
    ] as const;
    await run(command, {
      env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) =>
        report(
          line
            .replace(/^[IW]: /, '')
            .replace(/\.\.\.$/, '')
            .slice(0, 60),
        ),
    });
    await rm(join(root, 'etc', 'machine-id'), { force: true });
    report('importing into the engine');
    const excludes = NOT_NEEDED.map((pattern) => `--exclude=./${pattern}`);
    await pipe(['tar', '-C', root, ...excludes, '-c', '.'], ['docker', 'import', '-', rootFilesystemImage]);
  });
}

async function findDebootstrap(install: boolean, report: Report): Promise<string> {
  const asRoot = process.getuid?.() === 0;
  if (!whichSystem('debootstrap') && install && asRoot) await installAptPackages(['debootstrap'], report);
  const found = whichSystem('debootstrap');
  if (found && asRoot) return found;
  throw missingError(
    found
      ? 'making a node image from packages needs root'
      : 'debootstrap, which makes a node image from packages, is not installed',
    `${asRoot ? '' : 'sudo env "PATH=$PATH" '}${self} up --install`,
  );
}

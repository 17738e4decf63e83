import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TarEntry } from '@slipway/oci/tar';
import { treeEntries } from '@slipway/oci/tree';
import type { Release } from '../../core/releases.ts';
import { builtFolder } from '../../packages/go/build-module.ts';
import { kubernetesModule } from '../../packages/go/go-modules.ts';
import { folder, mergeEntries, textFile } from '../content/entries.ts';
import type { DefaultStorage } from './kind-sources.ts';

export const nodeFilesFolder = join(import.meta.dirname, 'files');

/** The files of a node on top of Debian: kind's entrypoint and units, the programs of Kubernetes, the pod network. */
export async function nodeFiles(release: Release, kindFolder: string, storage: DefaultStorage): Promise<TarEntry[]> {
  const ours = (name: string): string => readFileSync(join(nodeFilesFolder, name), 'utf8');
  const programs = ['kubelet', 'kubeadm', 'kubectl'];
  return mergeEntries(
    await kindFiles(join(kindFolder, 'images', 'base', 'files')),
    programs.map((name) => ({
      path: `usr/bin/${name}`,
      mode: 0o755,
      type: 'file',
      source: join(builtFolder(kubernetesModule(release)), name),
    })),
    [
      folder('kind/manifests'),
      textFile('kind/version', `v${release.kubernetes}`),
      textFile('kind/manifests/default-storage.yaml', storage.manifest),
      folder('usr/local/sbin'),
      textFile('usr/local/sbin/slipway-network', ours('slipway-network'), 0o755),
      textFile('etc/systemd/system/slipway-network.service', ours('slipway-network.service')),
      folder('etc/slipway'),
    ],
  );
}

// Go's module cache keeps no executable bits; these are the ones that kind's Dockerfile sets.
async function kindFiles(root: string): Promise<TarEntry[]> {
  const entries = await treeEntries(root, (path) => !path.startsWith('LICENSES'));
  return entries.map((entry) => ({ ...entry, mode: kindMode(entry) }));
}

function kindMode({ path, type }: TarEntry): number {
  return type === 'directory' || /^(usr\/local|kind)\/bin\//.test(path) ? 0o755 : 0o644;
}

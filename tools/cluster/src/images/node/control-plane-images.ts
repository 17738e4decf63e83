import { join } from 'node:path';
import type { TarEntry } from '@slipway/oci/tar';
import type { Release } from '../../core/releases.ts';
import { run } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { VERSIONS } from '../../core/versions.ts';
import { packageTree, type PackageTree } from '../../packages/debian/package-tree.ts';
import { builtFolder } from '../../packages/go/build-module.ts';
import { kubernetesModule, localPathModule, pauseModule } from '../../packages/go/go-modules.ts';
import { binaryEntries, link, mergeEntries } from '../content/entries.ts';
import { slimEntries } from '../content/slim-entries.ts';
import { firewallTools } from './firewall-tools.ts';
import type { DefaultStorage } from './kind-sources.ts';

export type NodeImage = { name: string; entries: TarEntry[]; entrypoint: string[] };

const helperTree: PackageTree = {
  suite: VERSIONS.debianOfNodes,
  packages: ['busybox-static'],
  only: ['busybox-static'],
};

/** All images that a new cluster runs, under the names that kubeadm and kind request. */
export async function controlPlaneImages(
  release: Release,
  storage: DefaultStorage,
  workFolder: string,
  report: Report,
): Promise<NodeImage[]> {
  const kubernetes = builtFolder(kubernetesModule(release));
  const images: NodeImage[] = [];
  for (const name of await kubeadmImages(join(kubernetes, 'kubeadm'), release)) {
    const program = programOf(name);
    const binary = join(program === 'pause' ? builtFolder(pauseModule) : kubernetes, program);
    // kube-proxy calls iptables and conntrack; the other images contain one static binary alone.
    const base = program === 'kube-proxy' ? await firewallTools(join(workFolder, 'proxy'), report) : [];
    images.push({
      name,
      entries: mergeEntries(base, binaryEntries(program, binary)),
      entrypoint: [`/usr/local/bin/${program}`],
    });
  }
  const provisioner = 'local-path-provisioner';
  images.push({
    name: storage.provisionerImage,
    entries: binaryEntries(provisioner, join(builtFolder(localPathModule), provisioner)),
    entrypoint: [`/usr/local/bin/${provisioner}`],
  });
  images.push({
    name: storage.helperImage,
    entries: await helperEntries(join(workFolder, 'helper'), report),
    entrypoint: ['/bin/sh'],
  });
  return images;
}

async function kubeadmImages(kubeadm: string, { kubernetes }: Release): Promise<string[]> {
  const listed = await run([kubeadm, 'config', 'images', 'list', '--kubernetes-version', `v${kubernetes}`]);
  return listed.split('\n').filter((line) => line.includes('/'));
}

/** registry.k8s.io/coredns/coredns:v1.12.1 → coredns */
export function programOf(image: string): string {
  return image.replace(/^.*\//, '').replace(/:.*$/, '');
}

async function helperEntries(workFolder: string, report: Report): Promise<TarEntry[]> {
  const root = await packageTree(helperTree, workFolder, report);
  const applets = ['sh', 'mkdir', 'rm', 'chmod', 'cat', 'ls', 'du'];
  return mergeEntries(
    await slimEntries(root),
    applets.map((applet) => link(`usr/bin/${applet}`, 'busybox')),
  );
}

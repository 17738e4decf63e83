import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layoutImage, writeImageArchive } from '@slipway/oci/archive';
import { writeTarFile } from '@slipway/oci/tar';
import { succeeds as succeedsAnyway } from '@slipway/util/exec';
import { cacheKey, folderContent } from '../../core/cache-key.ts';
import { DEFAULT_RELEASE, type Release } from '../../core/releases.ts';
import { run, succeeds } from '../../core/run.ts';
import { type Report, say } from '../../core/steps.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { builtFolder } from '../../packages/go/build-module.ts';
import { kubernetesModule, localPathModule, pauseModule } from '../../packages/go/go-modules.ts';
import { programImage, writePackagesImage } from '../content/packages-image.ts';
import { controlPlaneImages, type NodeImage } from './control-plane-images.ts';
import { firewallToolsTree } from './firewall-tools.ts';
import { defaultStorage, kindModuleFolder } from './kind-sources.ts';
import { nodeFiles, nodeFilesFolder } from './node-files.ts';
import { rootFilesystemImage, rootFilesystemKey } from './root-filesystem.ts';

/** Bump when the code of this folder makes another image from the same files. */
const RECIPE = 1;

export function nodeImageName(release = DEFAULT_RELEASE): string {
  const modules = [kubernetesModule(release), localPathModule, pauseModule].map(builtFolder);
  const key = cacheKey(
    RECIPE,
    modules.map((path) => path.replace(/^.*\//, '')),
    rootFilesystemKey,
    firewallToolsTree,
    folderContent(nodeFilesFolder),
  );
  return `slipway.local/kind-node:v${release.kubernetes}-${key}`;
}

export function hasNodeImage(release = DEFAULT_RELEASE): Promise<boolean> {
  return succeeds(['docker', 'image', 'inspect', nodeImageName(release)]);
}

// This container has no init that reaps: the ended process stays as a zombie, which must not count as running.
const STOP_CONTAINERD = `set -eu
pkill -x containerd
while pgrep -x --runstates D,R,S,T containerd > /dev/null; do sleep 0.1; done
rm -f /tmp/containerd.log
`;

/** As kind builds its own: files into a running container, images into the containerd of that container, commit. */
export async function makeNodeImage(release: Release, report: Report): Promise<void> {
  report('reading the sources of kind');
  const kindFolder = await kindModuleFolder(release);
  const storage = await defaultStorage(kindFolder);
  await inWorkFolder('node-image', async (folder) => {
    const files = join(folder, 'files.tar');
    const archive = join(folder, 'images.tar');
    const images = await controlPlaneImages(release, storage, folder, report);
    report('writing the images of the control plane');
    const layouts = await imageLayouts(images, folder);
    await writeImageArchive(await Promise.all(layouts.map(layoutImage)), archive);
    await writeTarFile(await nodeFiles(release, kindFolder, storage), files);
    const pause = images.find(({ name }) => name.includes('/pause:'))?.name;
    if (!pause) throw new Error('kubeadm lists no pause image');
    await inContainer(async (container) => {
      report('copying files into the node');
      await run(['docker', 'cp', '-', `${container}:/`], { input: createReadStream(files) });
      const script = await readFile(join(nodeFilesFolder, 'set-up-node.sh'), 'utf8');
      await run(['docker', 'exec', '-i', '-e', `PAUSE_IMAGE=${pause}`, container, 'bash', '-s'], { input: script });
      report('loading images into the node');
      await run(
        [
          'docker',
          'exec',
          '-i',
          container,
          'ctr',
          '-n',
          'k8s.io',
          'images',
          'import',
          '--all-platforms',
          '--no-unpack',
          '--digests',
          '-',
        ],
        { input: createReadStream(archive) },
      );
      await run(['docker', 'exec', '-i', container, 'bash', '-s'], { input: STOP_CONTAINERD, timeoutMs: 30_000 });
      report('committing');
      await commit(container, nodeImageName(release));
    });
  });
}

async function imageLayouts(images: readonly NodeImage[], workFolder: string): Promise<string[]> {
  const layouts: string[] = [];
  for (const [index, { name, entries, entrypoint }] of images.entries()) {
    const layout = join(workFolder, `layout-${index}`);
    await writePackagesImage(layout, programImage(name, entrypoint, [entries]), workFolder);
    layouts.push(layout);
  }
  return layouts;
}

async function commit(container: string, image: string): Promise<void> {
  const changes = ['ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]', 'CMD []', 'ENV container=docker'];
  await run(['docker', 'commit', ...changes.flatMap((change) => ['--change', change]), container, image]);
}

async function inContainer(work: (container: string) => Promise<void>): Promise<void> {
  const container = `slipway-node-image-${process.pid}`;
  // `commit` keeps the stop signal of the container; systemd ends on this one only.
  await run([
    'docker',
    'run',
    '-d',
    '--privileged',
    '--stop-signal',
    'SIGRTMIN+3',
    '--name',
    container,
    rootFilesystemImage,
    'sleep',
    'infinity',
  ]);
  try {
    await work(container);
  } finally {
    // Not by `run`, which starts no program after an interruption.
    const isRemoved = await succeedsAnyway(['docker', 'rm', '-f', '-v', container], { timeoutMs: 60_000 });
    if (!isRemoved) say(`the container ${container} is left over. Remove it: docker rm -f -v ${container}`);
  }
}

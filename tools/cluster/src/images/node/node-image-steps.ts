import { DEFAULT_RELEASE, type Release } from '../../core/releases.ts';
import { succeeds } from '../../core/run.ts';
import type { Report, Step } from '../../core/steps.ts';
import type { ImageSource } from '../../core/versions.ts';
import { buildModule, isBuilt, moduleName } from '../../packages/go/build-module.ts';
import { kubernetesModule, localPathModule, pauseModule } from '../../packages/go/go-modules.ts';
import { pullImage } from '../official/official-image.ts';
import { hasNodeImage, makeNodeImage } from './node-image.ts';
import { hasRootFilesystem, makeRootFilesystem } from './root-filesystem.ts';

const modulesOf = (release: Release) => [
  { module: kubernetesModule(release), title: 'Kubernetes, etcd, CoreDNS and kind from Go modules', estimate: 420 },
  { module: localPathModule, title: 'local-path-provisioner from Go modules', estimate: 6 },
  { module: pauseModule, title: 'pause', estimate: 2 },
];

/** The steps that are left to make the image of cluster nodes; every finished part is kept. */
export async function nodeImageSteps(
  source: ImageSource,
  install: boolean,
  release = DEFAULT_RELEASE,
): Promise<Step[]> {
  return source === 'official' ? officialSteps(release) : packagesSteps(install, release);
}

async function officialSteps({ kindNode: image }: Release): Promise<Step[]> {
  if (await succeeds(['docker', 'image', 'inspect', image])) return [];
  return [
    { id: 'node-pull', title: 'node image from Docker Hub', estimate: 60, run: (report) => pullImage(image, report) },
  ];
}

async function packagesSteps(install: boolean, release: Release): Promise<Step[]> {
  if (await hasNodeImage(release)) return [];
  const programs = modulesOf(release)
    .filter(({ module }) => !isBuilt(module))
    .map(({ module, title, estimate }) => ({
      id: `go-${moduleName(module)}`,
      title,
      estimate,
      run: (report: Report) => buildModule(module, report),
    }));
  // First the quick part, which may lack something (root, debootstrap), then the long one.
  return [
    ...((await hasRootFilesystem())
      ? []
      : [
          {
            id: 'node-root',
            title: 'Debian for the nodes',
            estimate: 55,
            run: (report: Report) => makeRootFilesystem(install, report),
          },
        ]),
    ...programs,
    { id: 'node-image', title: 'node image', estimate: 28, run: (report) => makeNodeImage(release, report) },
  ];
}

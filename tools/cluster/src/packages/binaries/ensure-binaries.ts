import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '@slipway/util/errors';
import { DEFAULT_RELEASE, type Release } from '../../core/releases.ts';
import type { Step } from '../../core/steps.ts';
import { buildModule, builtFolder, isBuilt } from '../go/build-module.ts';
import { type GoModule, kubernetesModule } from '../go/go-modules.ts';
import { kindBinary, kindOf, kubectlBinary, placeBinary } from './binaries.ts';
import { download, officialDownloads } from './download.ts';

/** Whether kubectl and kind are in the cache, and the kind of the release. */
export function hasBinaries(release = DEFAULT_RELEASE): boolean {
  return [kubectlBinary, kindBinary, kindOf(release)].every((binary) => existsSync(binary));
}

/** kubectl and kind in the versions of the cluster: downloaded where that works, built otherwise. */
export function binariesStep(source: 'official' | 'packages', release = DEFAULT_RELEASE): Step {
  return {
    id: `tools-${source}`,
    title: 'kubectl and kind',
    estimate: source === 'official' ? 15 : 1,
    async run(report) {
      // Where the node image is built, they are built already.
      if (source === 'packages') await placeBuilt(release);
      if (hasBinaries(release)) return;
      try {
        for (const wanted of officialDownloads(release)) {
          report(`downloading ${basename(wanted.destination)}`);
          if (!existsSync(wanted.destination)) await download(wanted);
        }
      } catch (error) {
        report(`no download (${messageOf(error).slice(0, 60)}): building`);
        for (const wanted of new Set([DEFAULT_RELEASE, release])) {
          const module = clientsOnly(wanted);
          await buildModule(module, report);
          await place(module, wanted);
        }
      }
    },
  };
}

/** The two programs that a machine needs besides those of the cluster: for when only they are missing. */
function clientsOnly(release: Release): GoModule {
  const module = kubernetesModule(release);
  return { ...module, programs: module.programs.filter(({ name }) => name === 'kubectl' || name === 'kind') };
}

async function placeBuilt(release: Release): Promise<void> {
  for (const built of new Set([DEFAULT_RELEASE, release])) {
    const module = kubernetesModule(built);
    if (isBuilt(module)) await place(module, built);
  }
}

async function place(module: GoModule, release: Release): Promise<void> {
  const destinations = [kindOf(release), ...(release === DEFAULT_RELEASE ? [kubectlBinary] : [])];
  for (const destination of destinations) {
    await placeBinary(join(builtFolder(module), basename(destination)), destination);
  }
}

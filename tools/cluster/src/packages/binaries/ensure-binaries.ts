import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '@slipway/util/errors';
import type { Step } from '../../core/steps.ts';
import { buildModule, builtFolder, isBuilt } from '../go/build-module.ts';
import { type GoModule, kubernetesModule } from '../go/go-modules.ts';
import { kindBinary, kubectlBinary, placeBinary } from './binaries.ts';
import { download, officialDownloads } from './download.ts';

const binaries = [kubectlBinary, kindBinary];

/** Whether kubectl and kind are in the cache. */
export function hasBinaries(): boolean {
  return binaries.every((binary) => existsSync(binary));
}

/** The two programs that a machine needs besides those of the cluster: for when only they are missing. */
const clientsOnly: GoModule = {
  ...kubernetesModule,
  programs: kubernetesModule.programs.filter(({ name }) => name === 'kubectl' || name === 'kind'),
};

/** kubectl and kind in the versions of the cluster: downloaded where that works, built otherwise. */
export function binariesStep(source: 'official' | 'packages'): Step {
  return {
    id: `tools-${source}`,
    title: 'kubectl and kind',
    estimate: source === 'official' ? 15 : 1,
    async run(report) {
      // Where the node image is built, they are built already.
      if (source === 'packages' && isBuilt(kubernetesModule)) return placeAll(kubernetesModule);
      try {
        for (const wanted of officialDownloads()) {
          report(`downloading ${basename(wanted.destination)}`);
          if (!existsSync(wanted.destination)) await download(wanted);
        }
      } catch (error) {
        report(`no download (${messageOf(error).slice(0, 60)}): building`);
        await buildModule(clientsOnly, report);
        await placeAll(clientsOnly);
      }
    },
  };
}

async function placeAll(module: GoModule): Promise<void> {
  for (const destination of binaries) await placeBinary(join(builtFolder(module), basename(destination)), destination);
}

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Step } from '../../core/steps.ts';
import { buildModule, builtFolder, isBuilt } from '../go/build-module.ts';
import { kubernetesModule, type GoModule } from '../go/go-modules.ts';
import { kindBinary, kubectlBinary } from './binary-paths.ts';
import { download, officialDownloads } from './download.ts';
import { adoptTool } from './place-binary.ts';

const binaries = [kubectlBinary, kindBinary];

export function hasTools(): boolean {
  return binaries.every((binary) => existsSync(binary));
}

/** The two that a machine needs besides the cluster's own: for when only they are missing. */
const toolsOnly: GoModule = {
  ...kubernetesModule,
  programs: kubernetesModule.programs.filter(({ name }) => name === 'kubectl' || name === 'kind'),
};

/** kubectl and kind in the versions that fit the cluster: downloaded where that works, built otherwise. */
export function toolsStep(source: 'official' | 'packages'): Step {
  return {
    id: `tools-${source}`,
    title: 'kubectl and kind',
    estimate: source === 'official' ? 15 : 1,
    async run(report) {
      // The whole set is built already where the node image is.
      if (source === 'packages' && isBuilt(kubernetesModule)) return adopt(kubernetesModule);
      try {
        for (const wanted of officialDownloads()) {
          report(`downloading ${basename(wanted.destination)}`);
          if (!existsSync(wanted.destination)) await download(wanted);
        }
      } catch (error) {
        report(`no download (${(error as Error).message.slice(0, 60)}): building`);
        await buildModule(toolsOnly, report);
        await adopt(toolsOnly);
      }
    },
  };
}

async function adopt(module: GoModule): Promise<void> {
  for (const destination of binaries) await adoptTool(join(builtFolder(module), basename(destination)), destination);
}

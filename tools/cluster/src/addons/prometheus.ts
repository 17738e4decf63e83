import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../core/run.ts';
import type { Report, Step } from '../core/steps.ts';
import { type ImageSource, OFFICIAL_IMAGES, VERSIONS } from '../core/versions.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { layoutFolder, presentRef } from '../images/base/base-images.ts';
import { pullOfficialImage } from '../images/official/official-image.ts';
import { placeBinary, promtoolBinary } from '../packages/binaries/binaries.ts';
import { buildModule, builtFolder, isBuilt } from '../packages/go/build-module.ts';
import { prometheusModule } from '../packages/go/go-modules.ts';
import { imageRef, imageSteps } from './addon-image.ts';
import type { ProgramImage } from './addon.ts';

/** Monitors the stack. Only the image, without its web pages, and promtool, which checks rules; slipway deploys it. */
export const prometheus: ProgramImage = {
  name: 'prometheus',
  version: VERSIONS.prometheus,
  title: 'Prometheus',
  module: prometheusModule,
  buildEstimate: 200,
  user: '10001:10001',
  officialImage: OFFICIAL_IMAGES.prometheus,
};

/** The steps that are left to make the image of Prometheus and promtool; none when both are in the cache. */
export async function prometheusSteps(source: ImageSource): Promise<Step[]> {
  const wanted = source === 'official' ? OFFICIAL_IMAGES.prometheus : imageRef(prometheus);
  const hasImage = (await presentRef(prometheus.name)) === wanted;
  if (hasImage && existsSync(promtoolBinary)) return [];
  if (source === 'official') {
    return [{ id: 'prometheus-pull', title: prometheus.title, estimate: 40, run: pullPrometheus }];
  }
  return [...(await imageSteps(prometheus)), { id: 'promtool', title: 'promtool', estimate: 1, run: placePromtool }];
}

async function placePromtool(report: Report): Promise<void> {
  if (!isBuilt(prometheus.module)) await buildModule(prometheus.module, report);
  await placeBinary(join(builtFolder(prometheus.module), 'promtool'), promtoolBinary);
}

async function pullPrometheus(report: Report): Promise<void> {
  const ref = OFFICIAL_IMAGES.prometheus;
  await pullOfficialImage(ref, layoutFolder(prometheus.name), report);
  const container = (await run(['docker', 'create', ref])).trim();
  try {
    await inWorkFolder('promtool', async (folder) => {
      const file = join(folder, 'promtool');
      await run(['docker', 'cp', `${container}:/bin/promtool`, file]);
      await placeBinary(file, promtoolBinary);
    });
  } finally {
    await run(['docker', 'rm', container]);
  }
}

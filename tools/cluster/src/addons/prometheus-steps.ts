import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../core/run.ts';
import type { Step } from '../core/steps.ts';
import { OFFICIAL_IMAGES } from '../core/versions.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { layoutFolder, presentRef } from '../images/base/base-images.ts';
import { pullOfficialImage } from '../images/official/official-image.ts';
import { promtoolBinary } from '../packages/binaries/binary-paths.ts';
import { adoptTool } from '../packages/binaries/place-binary.ts';
import { buildModule, builtFolder, isBuilt } from '../packages/go/build-module.ts';
import { componentImage } from './component-image.ts';
import { componentImageSteps } from './component-steps.ts';
import { prometheus } from './prometheus.ts';

/** Prometheus' image layout and promtool; nothing when both are in the cache. */
export async function prometheusSteps(source: 'official' | 'packages'): Promise<Step[]> {
  const wanted = source === 'official' ? OFFICIAL_IMAGES.prometheus : componentImage(prometheus);
  const hasImage = (await presentRef(prometheus.name)) === wanted;
  if (hasImage && existsSync(promtoolBinary)) return [];
  if (source === 'official') {
    return [{ id: 'prometheus-pull', title: prometheus.title, estimate: 40, run: pullPrometheus }];
  }
  return [
    ...(await componentImageSteps(prometheus)),
    { id: 'promtool', title: 'promtool', estimate: 1, run: buildPromtool },
  ];
}

async function buildPromtool(report: (detail: string) => void): Promise<void> {
  if (!isBuilt(prometheus.module)) await buildModule(prometheus.module, report);
  await adoptTool(join(builtFolder(prometheus.module), 'promtool'), promtoolBinary);
}

async function pullPrometheus(report: (detail: string) => void): Promise<void> {
  const ref = OFFICIAL_IMAGES.prometheus;
  await pullOfficialImage(ref, layoutFolder(prometheus.name), report);
  const container = (await run(['docker', 'create', ref])).trim();
  try {
    await inWorkFolder('promtool', async (folder) => {
      const file = join(folder, 'promtool');
      await run(['docker', 'cp', `${container}:/bin/promtool`, file]);
      await adoptTool(file, promtoolBinary);
    });
  } finally {
    await run(['docker', 'rm', container]);
  }
}

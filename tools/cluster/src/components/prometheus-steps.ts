import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { layoutFolder, presentRef } from '../base-images/base-images.ts';
import { pullOfficialImage } from '../base-images/official-image.ts';
import { run } from '../exec/run.ts';
import { buildModule, builtFolder, isBuilt } from '../go-build/build-module.ts';
import type { Step } from '../progress/progress.ts';
import { adoptTool } from '../tools/adopt-tool.ts';
import { promtoolBinary } from '../tools/tool-paths.ts';
import { OFFICIAL_IMAGES } from '../versions.ts';
import { inWorkFolder } from '../work-folder.ts';
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

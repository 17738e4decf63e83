import {
  BASE_IMAGES,
  baseImageSteps,
  layoutFolder,
  missingBaseImages,
  presentRef,
} from '../base-images/base-images.ts';
import type { CliArguments } from '../cli-arguments.ts';
import { prometheusSteps } from '../components/prometheus-steps.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { withLock } from '../exec/lock.ts';
import { chooseImageSource } from '../image-source/choose-image-source.ts';
import { cacheDir } from '../paths.ts';
import { runSteps } from '../progress/progress.ts';
import { promtoolBinary } from '../tools/tool-paths.ts';
import { sweepWorkFolders } from '../work-folder.ts';

/** Only the images' layouts. From packages this needs no engine. */
export async function images(wishes: CliArguments): Promise<number> {
  await withLock(cacheDir, async () => {
    await sweepWorkFolders();
    const missing = await missingBaseImages(wishes.images === 'auto' ? undefined : wishes.images);
    if (missing.length === 0 && wishes.with === undefined) return;
    const source = await chooseImageSource(wishes.images);
    const steps = [
      ...baseImageSteps(missing, source),
      ...(wishes.with === 'prometheus' ? await prometheusSteps(source) : []),
    ];
    if (source === 'official' && steps.length > 0) await ensureEngine(wishes.install);
    await runSteps(steps);
  });
  const named = [...BASE_IMAGES, ...(wishes.with === undefined ? [] : [wishes.with])];
  for (const image of named) process.stdout.write(`${layoutFolder(image)}  ${await presentRef(image)}\n`);
  if (wishes.with === 'prometheus') process.stdout.write(`${promtoolBinary}\n`);
  return 0;
}

import { prometheusSteps } from '../addons/prometheus-steps.ts';
import { withLock } from '../core/lock.ts';
import { cacheDir } from '../core/paths.ts';
import { runSteps } from '../core/steps.ts';
import { sweepWorkFolders } from '../core/work-folder.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import {
  BASE_IMAGES,
  baseImageSteps,
  layoutFolder,
  missingBaseImages,
  presentRef,
} from '../images/base/base-images.ts';
import { chooseImageSource } from '../images/choose-source.ts';
import { promtoolBinary } from '../packages/binaries/binary-paths.ts';
import type { CliArguments } from './options.ts';

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

import {
  BASE_IMAGES,
  baseImageSteps,
  layoutFolder,
  missingBaseImages,
  presentRef,
} from '../base-images/base-images.ts';
import type { CliArguments } from '../cli-arguments.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { withLock } from '../exec/lock.ts';
import { chooseImageSource } from '../image-source/choose-image-source.ts';
import { cacheDir } from '../paths.ts';
import { runSteps } from '../progress/progress.ts';
import { sweepWorkFolders } from '../work-folder.ts';

/** Only the base images' layouts. From packages this needs no engine. */
export async function images(wishes: CliArguments): Promise<number> {
  await withLock(cacheDir, async () => {
    await sweepWorkFolders();
    const missing = await missingBaseImages(wishes.images === 'auto' ? undefined : wishes.images);
    if (missing.length === 0) return;
    const source = await chooseImageSource(wishes.images);
    if (source === 'official') await ensureEngine(wishes.install);
    await runSteps(baseImageSteps(missing, source));
  });
  for (const image of BASE_IMAGES) process.stdout.write(`${layoutFolder(image)}  ${await presentRef(image)}\n`);
  return 0;
}

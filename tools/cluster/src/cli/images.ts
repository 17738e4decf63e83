import { binariesStep } from '../packages/binaries/ensure-binaries.ts';
import { prometheusSteps } from '../addons/prometheus.ts';
import { withCacheLock } from '../core/cache-lock.ts';
import { runSteps } from '../core/steps.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import {
  BASE_IMAGES,
  baseImageSteps,
  layoutFolder,
  missingBaseImages,
  presentRef,
} from '../images/base/base-images.ts';
import { chooseImageSource } from '../images/choose-source.ts';
import { kubectlBinary, promtoolBinary } from '../packages/binaries/binaries.ts';
import type { Options } from './options.ts';

/** Makes the layouts of the images, and on request what a job of CI needs besides. From packages this needs no engine. */
export async function images(options: Options): Promise<number> {
  await withCacheLock(async () => {
    const missing = await missingBaseImages(options.images === 'auto' ? undefined : options.images);
    if (missing.length === 0 && options.with === undefined) return;
    const source = await chooseImageSource(options.images);
    const imageSteps = [
      ...baseImageSteps(missing, source),
      ...(options.with === 'prometheus' ? await prometheusSteps(source) : []),
    ];
    if (source === 'official' && imageSteps.length > 0) await ensureEngine(options.install);
    await runSteps([...imageSteps, ...(options.with === 'kubectl' ? [binariesStep(source)] : [])]);
  });
  const named = [...BASE_IMAGES, ...(options.with === 'prometheus' ? [options.with] : [])];
  for (const image of named) process.stdout.write(`${layoutFolder(image)}  ${await presentRef(image)}\n`);
  if (options.with === 'prometheus') process.stdout.write(`${promtoolBinary}\n`);
  if (options.with === 'kubectl') process.stdout.write(`${kubectlBinary}\n`);
  return 0;
}

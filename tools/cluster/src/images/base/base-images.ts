import { join } from 'node:path';
import { readLayout } from '@slipway/oci/layout';
import { cacheDir } from '../../core/paths.ts';
import type { Report, Step } from '../../core/steps.ts';
import { type ImageSource, OFFICIAL_IMAGES } from '../../core/versions.ts';
import { pullOfficialImage } from '../official/official-image.ts';
import { buildNodePackagesImage, nodePackagesRef } from './node-packages-image.ts';
import { buildPostgresPackagesImage, postgresPackagesRef } from './postgres-packages-image.ts';

export type BaseImage = 'node' | 'postgres';
export const BASE_IMAGES: readonly BaseImage[] = ['node', 'postgres'];

/** The interface to slipway: one OCI layout per folder. */
export function layoutFolder(image: string): string {
  return join(cacheDir, 'images', image);
}

/** The name of the image in the cache; undefined when it is absent or damaged. */
export async function presentRef(image: string): Promise<string | undefined> {
  return readLayout(layoutFolder(image)).then(
    ({ ref }) => ref,
    () => undefined,
  );
}

/** The images that are absent or of an older recipe; without a source, either source is good. */
export async function missingBaseImages(source: ImageSource | undefined): Promise<BaseImage[]> {
  const wanted = source === undefined ? (['official', 'packages'] as const) : [source];
  const present = await Promise.all(BASE_IMAGES.map(presentRef));
  return BASE_IMAGES.filter((image, index) => !wanted.some((one) => refOf(image, one) === present[index]));
}

export function baseImageSteps(images: readonly BaseImage[], source: ImageSource): Step[] {
  return images.map((image) => ({
    id: `base-${image}-${source}`,
    title: `base image for ${image === 'node' ? 'Node.js services' : 'PostgreSQL'}`,
    estimate: source === 'official' ? 30 : 12,
    run: (report) => makeImage(image, source, report),
  }));
}

function makeImage(image: BaseImage, source: ImageSource, report: Report): Promise<void> {
  const destination = layoutFolder(image);
  if (source === 'official') return pullOfficialImage(OFFICIAL_IMAGES[image], destination, report);
  return image === 'node'
    ? buildNodePackagesImage(destination, report)
    : buildPostgresPackagesImage(destination, report);
}

function refOf(image: BaseImage, source: ImageSource): string {
  if (source === 'official') return OFFICIAL_IMAGES[image];
  return image === 'node' ? nodePackagesRef() : postgresPackagesRef();
}

/**
 * How a service's image is built is one choice, `build` of its slipway.yaml, with four answers: a bundle of its sources,
 * the output of its own build target, a Dockerfile, an image that exists. Each gives the same: an image with its blobs.
 */
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { AppImage } from '../container-image.ts';
import { dockerfileImage } from '../engine/dockerfile-image.ts';
import { existingImage } from '../engine/existing-image.ts';
import { layeredImage } from './layered-image.ts';
import { serviceLayers } from '../layers/service-layers.ts';
import { targetLayers } from '../layers/target-layers.ts';

/** Builds the image that a service says. Throws ValidationError for what does not build. */
export async function image(settings: Settings, serviceSpec: ServiceSpec): Promise<AppImage> {
  const { workspaceRoot, stack } = settings;
  const { build } = serviceSpec;
  if (build === undefined) return layeredImage(stack, serviceSpec, await serviceLayers(workspaceRoot, serviceSpec));
  if ('target' in build) return layeredImage(stack, serviceSpec, await targetLayers(workspaceRoot, serviceSpec, build));
  if ('dockerfile' in build) return dockerfileImage(settings, serviceSpec, build);
  return existingImage(settings, serviceSpec, build);
}

import { MEDIA_TYPES } from '@slipway/oci/layout';
import { CommandError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { type AppImage, contentTag } from '../container-image.ts';
import { engineImage } from './engine-image.ts';

/** The engine answers that at once, ms. */
const LIMIT_MS = 20_000;

/** An image that others have built: from this machine's engine where it has it, else for the nodes to pull. */
export async function existingImage(
  settings: Settings,
  serviceSpec: ServiceSpec,
  { image: upstream }: { image: string },
): Promise<AppImage> {
  const id = await idInEngine(upstream);
  if (id !== undefined) {
    const place = { file: `${serviceSpec.root}/${SERVICE_FILE}`, key: 'build.image' };
    return { ...(await engineImage(settings, serviceSpec, id, place)), upstream };
  }
  const digest = upstream.slice(upstream.indexOf('@') + 1);
  return {
    repository: `slipway.local/${settings.stack}/${serviceSpec.name}`,
    tag: contentTag(digest),
    manifest: { mediaType: MEDIA_TYPES.manifest, digest, size: 0 },
    blobs: [],
    upstream,
  };
}

/** Undefined where the engine has no such image, or there is none: nodes have engines of their own. */
async function idInEngine(reference: string): Promise<string | undefined> {
  try {
    return (
      await exec(['docker', 'image', 'inspect', '--format', '{{.Id}}', reference], { timeoutMs: LIMIT_MS })
    ).trim();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

import { type Descriptor, digestOf } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import { mainProgram } from '../../services/main-program.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { APP_USER } from '../app-user.ts';
import { baseImage } from '../base-image.ts';
import { type AppImage, contentTag } from '../container-image.ts';
import { nativeProblems } from '../layers/native-problems.ts';
import type { ServiceLayers } from '../layers/service-layers.ts';

/**
 * The image of these layers on Node's. Deterministic: the same layers on the same base give the same digest on any
 * machine and any day. Throws ValidationError for packages that do not run on the base.
 */
export async function layeredImage(
  stack: string,
  serviceSpec: ServiceSpec,
  { packages, own, npm }: ServiceLayers,
): Promise<AppImage> {
  const base = await baseImage('node');
  const { os, architecture } = base.config;
  const target = { os, cpu: architecture === 'amd64' ? 'x64' : architecture, libc: 'glibc' };
  const problems = nativeProblems(packages.facts.natives, target);
  if (problems.length > 0) throw new ValidationError(problems);
  const layers = [packages.tar, own.tar].map((tar) => blobOf(MEDIA_TYPES.layer, tar));
  const config = jsonBlob(MEDIA_TYPES.config, {
    architecture,
    os,
    ...(base.config.variant === undefined ? {} : { variant: base.config.variant }),
    created: '1970-01-01T00:00:00Z',
    config: {
      ...base.config.config,
      Entrypoint: [],
      Cmd: mainProgram(serviceSpec),
      User: `${APP_USER}:${APP_USER}`,
      // Code finds there what it finds in the service's folder here.
      WorkingDir: `/app/${serviceSpec.root}`,
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...base.config.rootfs.diff_ids, ...layers.map(({ descriptor }) => descriptor.digest)],
    },
  });
  const manifest = jsonBlob(MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: [...base.layers, ...layers.map(({ descriptor }) => descriptor)],
  });
  return {
    repository: `slipway.local/${stack}/${serviceSpec.name}`,
    tag: contentTag(manifest.descriptor.digest),
    manifest: manifest.descriptor,
    blobs: [
      ...base.layers.map(({ digest, size }) => ({ digest, size, file: base.file(digest) })),
      ...[...layers, config, manifest].map(({ descriptor: { digest, size }, bytes }) => ({ digest, size, bytes })),
    ],
    ownLayerSize: own.tar.length,
    npm,
  };
}

type DescribedBytes = { descriptor: Descriptor; bytes: Uint8Array };

function blobOf(mediaType: string, bytes: Uint8Array): DescribedBytes {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function jsonBlob(mediaType: string, content: object): DescribedBytes {
  return blobOf(mediaType, Buffer.from(JSON.stringify(content)));
}

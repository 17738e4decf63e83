import { type Descriptor, digestOf } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import type { ServiceSpec } from '../services/service-spec.ts';
import { baseImage } from './base-image.ts';
import { type ContainerImage, contentTag } from './container-image.ts';
import { nativeProblems } from './layers/native-problems.ts';
import { serviceLayers } from './layers/service-layers.ts';
import { APP_USER } from './app-user.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { Settings } from '../util/workspace/settings.ts';

/** A service's image: the layers of the base, one with the npm packages and one of our own. `npm`: see `serviceLayers`. */
export type AppImage = ContainerImage & { ownLayerSize: number; npm: string[] };

/**
 * Builds the image in memory. Deterministic: the same sources on the same base give the same digest on any machine and
 * any day. Throws ValidationError for what does not compile, and for packages that do not run on the base.
 */
export async function image({ workspaceRoot, stack }: Settings, serviceSpec: ServiceSpec): Promise<AppImage> {
  const [base, { packages, own, npm }] = await Promise.all([
    baseImage('node'),
    serviceLayers(workspaceRoot, serviceSpec),
  ]);
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
      Cmd: ['node', '--enable-source-maps', 'main.js'],
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

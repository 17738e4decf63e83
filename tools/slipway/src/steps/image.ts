import { digestOf } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import type { ServiceContract } from '../contract/service-contract.ts';
import { baseImage } from '../image/base-image.ts';
import { cachedLayer } from '../image/cached-layer.ts';
import { type ContainerImage, contentTag } from '../image/container-image.ts';
import { APP_USER } from '../manifests/defaults/deployment.ts';
import type { Settings } from '../workspace/settings.ts';

/** A service's image: the layers of the base and one layer with the bundle, its source maps and the migrations. */
export type AppImage = ContainerImage & { appLayerSize: number };

/**
 * Builds the image in memory. Deterministic: the same sources on the same base give the same digest on any machine and
 * any day. Throws FaultsError for what does not compile.
 */
export async function image({ workspaceRoot, stack }: Settings, contract: ServiceContract): Promise<AppImage> {
  const [base, layer] = await Promise.all([baseImage('node'), cachedLayer(workspaceRoot, contract)]);
  const layerDigest = digestOf(layer);
  const config = Buffer.from(
    JSON.stringify({
      architecture: base.config.architecture,
      os: base.config.os,
      ...(base.config.variant === undefined ? {} : { variant: base.config.variant }),
      created: '1970-01-01T00:00:00Z',
      config: {
        ...base.config.config,
        Entrypoint: [],
        Cmd: ['node', '--enable-source-maps', 'main.js'],
        User: `${APP_USER}:${APP_USER}`,
        WorkingDir: '/app',
      },
      rootfs: { type: 'layers', diff_ids: [...base.config.rootfs.diff_ids, layerDigest] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: { mediaType: MEDIA_TYPES.config, digest: digestOf(config), size: config.length },
      layers: [...base.layers, { mediaType: MEDIA_TYPES.layer, digest: layerDigest, size: layer.length }],
    }),
  );
  const own = [layer, config, manifest].map((bytes) => ({ digest: digestOf(bytes), size: bytes.length, bytes }));
  const digest = digestOf(manifest);
  return {
    repository: `slipway.local/${stack}/${contract.name}`,
    tag: contentTag(digest),
    manifest: { mediaType: MEDIA_TYPES.manifest, digest, size: manifest.length },
    blobs: [...base.layers.map(({ digest, size }) => ({ digest, size, file: base.file(digest) })), ...own],
    appLayerSize: layer.length,
  };
}

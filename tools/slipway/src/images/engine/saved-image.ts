import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Descriptor, digestOf } from '@slipway/oci/blob';
import { type ImageBlob, MEDIA_TYPES } from '@slipway/oci/layout';
import { explainFullDisk } from '@slipway/util/full-disk';
import { parseJson } from '@slipway/util/json';
import { extract } from 'tar-stream';
import { unfinished } from '../../util/files/keep-newest.ts';
import { savedLayers } from './saved-layers.ts';

/** An image as the engine's `save` writes it, made an OCI image: what nodes lack of it can be sent to them layer by layer. */
export type SavedImage = { manifest: Descriptor; blobs: ImageBlob[]; layerSizes: number[] };

type Entry = { Config: string; Layers: string[] };

/** Unpacks a `docker save` archive of one image below `folder`, unless it lies there already. */
export async function unpackSaved(archive: string, folder: string): Promise<void> {
  const temporary = unfinished(folder);
  await rm(temporary, { recursive: true, force: true });
  try {
    await unpack(archive, temporary);
    if (await isThere(folder)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    // Another process may have been faster: the same id is the same image.
    if (await isThere(folder)) return;
    throw await explainFullDisk(error, { file: folder, bytes: async () => (await stat(archive)).size });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function unpack(archive: string, folder: string): Promise<void> {
  const links: { path: string; target: string }[] = [];
  for await (const entry of createReadStream(archive).pipe(extract())) {
    const { name, type, linkname } = entry.header;
    const path = normalize(name);
    if (type === 'file' && isBelow(path)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await pipeline(entry, createWriteStream(join(folder, path)));
    } else if (type === 'symlink' && typeof linkname === 'string') {
      links.push({ path, target: normalize(join(dirname(path), linkname)) });
    }
    entry.resume();
  }
  // The old form names a layer that occurs twice by a link, which may come before the layer.
  for (const { path, target } of links.filter((link) => isBelow(link.path) && isBelow(link.target))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(join(folder, target), join(folder, path));
  }
}

function isBelow(path: string): boolean {
  return !path.startsWith('..') && !isAbsolute(path);
}

/** The image that `unpackSaved` has left in `folder`, in the old form of the archive or in OCI's. */
export async function savedImage(folder: string): Promise<SavedImage> {
  const file = join(folder, 'manifest.json');
  const [image] = parseJson<Entry[]>(await readFile(file, 'utf8'), file);
  if (image === undefined) throw new Error(`${file} names no image`);
  const layers = await savedLayers(folder, image.Layers);
  const config = await readFile(join(folder, image.Config));
  const configDescriptor = { mediaType: MEDIA_TYPES.config, digest: digestOf(config), size: config.length };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: configDescriptor,
      layers: layers.map(({ descriptor }) => descriptor),
    }),
  );
  const descriptor = { mediaType: MEDIA_TYPES.manifest, digest: digestOf(manifest), size: manifest.length };
  return {
    manifest: descriptor,
    layerSizes: layers.map((layer) => layer.descriptor.size),
    blobs: [
      ...layers.map((layer) => ({ digest: layer.descriptor.digest, size: layer.descriptor.size, file: layer.file })),
      { digest: configDescriptor.digest, size: configDescriptor.size, bytes: config },
      { digest: descriptor.digest, size: descriptor.size, bytes: manifest },
    ],
  };
}

export async function isThere(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'manifest.json')).catch(() => undefined)) !== undefined;
}

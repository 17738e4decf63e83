import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, digestOfFile } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import { parseJson } from '@slipway/util/json';
import { isObject } from '../../util/json-object.ts';
import { replaceFile } from '../../util/files/write-files.ts';

export type SavedLayer = { descriptor: Descriptor; file: string };

/** By the layer's path in the folder. */
type Kept = Record<string, Descriptor>;

const KEPT = 'layers.json';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The layers of an unpacked image. Their digests are kept beside them: a deploy need not read what has not changed. */
export async function savedLayers(folder: string, paths: string[]): Promise<SavedLayer[]> {
  const kept = await readKept(folder);
  const layers = await Promise.all(
    paths.map(async (path) => {
      const file = join(folder, path);
      const known = kept[path];
      const isCurrent = known !== undefined && known.size === (await stat(file)).size;
      return { path, file, isCurrent, descriptor: isCurrent ? known : await describe(file) };
    }),
  );
  if (layers.some(({ isCurrent }) => !isCurrent)) {
    const fresh: Kept = Object.fromEntries(layers.map(({ path, descriptor }) => [path, descriptor]));
    await replaceFile(join(folder, KEPT), JSON.stringify(fresh));
  }
  return layers.map(({ descriptor, file }) => ({ descriptor, file }));
}

/** Empty where none was kept, or it is damaged: it can always be made again. */
async function readKept(folder: string): Promise<Kept> {
  const file = join(folder, KEPT);
  try {
    return parseJson(await readFile(file, 'utf8'), file, isKept);
  } catch {
    return {};
  }
}

function isKept(value: unknown): value is Kept {
  return isObject(value) && Object.values(value).every(isDescriptor);
}

function isDescriptor(value: unknown): value is Descriptor {
  return (
    isObject(value) &&
    DIGEST.test(String(value.digest)) &&
    Number.isInteger(value.size) &&
    String(value.mediaType).startsWith(MEDIA_TYPES.layer)
  );
}

async function describe(file: string): Promise<Descriptor> {
  const { digest, size } = await digestOfFile(file);
  return { mediaType: `${MEDIA_TYPES.layer}${await compressionOf(file)}`, digest, size };
}

/** The suffix of the media type, by the first bytes: an engine with the containerd store saves layers as they were pulled. */
async function compressionOf(path: string): Promise<'' | '+gzip' | '+zstd'> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.readUInt16BE(0) === 0x1f8b) return '+gzip';
    return buffer.readUInt32LE(0) === 0xfd2fb528 ? '+zstd' : '';
  } finally {
    await file.close();
  }
}

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { readJson } from '@slipway/util/json';
import { digestOfFile } from '@slipway/oci/blob';
import { type ImageBlob, type ImageConfig, writeLayout } from '@slipway/oci/layout';
import { UserError } from '@slipway/util/errors';
import { run } from '../../core/run.ts';

type SavedManifest = Array<{ Config: string; Layers: string[] }>;

/**
 * Converts an archive of `docker save` to a layout with uncompressed layers. Docker before 25 saves its legacy format,
 * later versions an OCI layout; both contain manifest.json. An engine with the containerd store saves compressed layers.
 */
export async function dockerArchiveToLayout(
  archive: string,
  { ref, destination, workFolder }: { ref: string; destination: string; workFolder: string },
): Promise<void> {
  const saved = join(workFolder, 'saved');
  await mkdir(saved);
  await run(['tar', '-x', '-C', saved, '-f', archive]);
  const [image] = readJson<SavedManifest>(join(saved, 'manifest.json'));
  if (!image) throw new UserError(`${archive} contains no image`);
  const config = readJson<ImageConfig>(join(saved, image.Config));
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== image.Layers.length) {
    throw new UserError(`${archive} lists ${image.Layers.length} layers, its configuration ${diffIds.length}`);
  }
  const layers: ImageBlob[] = [];
  for (const [index, layer] of image.Layers.entries()) {
    const file = await uncompressed(join(saved, layer), join(workFolder, `layer-${index}`));
    const { digest, size } = await digestOfFile(file);
    if (digest !== diffIds[index]) {
      throw new UserError(`layer ${layer} of ${archive} is ${digest}, but its configuration says ${diffIds[index]}`);
    }
    layers.push({ file, digest, size });
  }
  await writeLayout(destination, { ref, config, layers });
}

async function uncompressed(file: string, destination: string): Promise<string> {
  const decompress = decompressor(await firstBytes(file));
  if (!decompress) return file;
  await pipeline(createReadStream(file), decompress, createWriteStream(destination));
  return destination;
}

function decompressor(magic: Buffer): Transform | undefined {
  if (magic.readUInt16BE(0) === 0x1f8b) return createGunzip();
  if (magic.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress();
  return undefined;
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(4);
    await handle.read(bytes, 0, 4, 0);
    return bytes;
  } finally {
    await handle.close();
  }
}

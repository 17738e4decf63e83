import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { digestOfFile } from '@slipway/oci/blob';
import { readLayout } from '@slipway/oci/layout';
import { CommandError } from '../core/failures.ts';
import { interruption } from '../core/interruption.ts';
import { cacheDir } from '../core/paths.ts';
import { run } from '../core/run.ts';
import { hasNodeImage } from '../images/node/node-image.ts';
import { CACHE_ARCHIVE, MANIFEST_NAME, NODE_IMAGE_ARCHIVE, type BundleManifest, type BundlePart } from './bundle.ts';
import { checkManifest } from './check-manifest.ts';

/** Unpacks what `exportBundle` has written and throws unless it is whole and fits. Nothing else is touched. */
export async function openBundle(
  source: string,
  folder: string,
  report: (detail: string) => void,
): Promise<BundleManifest> {
  const manifest = await readManifest(source, folder);
  checkManifest(manifest, source);
  report('unpacking');
  await unpack(source, folder, []);
  report('comparing checksums');
  for (const { name, digest, size } of manifest.archives) {
    const found = await digestOfFile(join(folder, name));
    if (found.digest !== digest || found.size !== size) {
      throw new Error(`${source} is damaged: ${name} in it has ${found.digest}, not ${digest}.\nCure: copy it again`);
    }
  }
  return manifest;
}

/** Base images and programs into the cache. What is there already stays. */
export async function adoptParts({ parts }: BundleManifest, folder: string): Promise<void> {
  const archive = join(folder, 'cache.tar');
  const { signal } = interruption;
  await pipeline(createReadStream(join(folder, CACHE_ARCHIVE)), createZstdDecompress(), createWriteStream(archive), {
    signal,
  });
  const unpacked = join(folder, 'cache');
  await mkdir(unpacked);
  await run(['tar', '-x', '-C', unpacked, '-f', archive]);
  for (const part of parts) await adopt(part, unpacked);
}

/** The node image into the engine, unless it is there. */
export async function loadNodeImage(folder: string): Promise<void> {
  if (await hasNodeImage()) return;
  const image = createReadStream(join(folder, NODE_IMAGE_ARCHIVE)).pipe(createZstdDecompress());
  await run(['docker', 'load'], { input: image });
}

async function readManifest(source: string, folder: string): Promise<BundleManifest> {
  if (!existsSync(source)) throw new Error(`${source} does not exist`);
  await unpack(source, folder, ['--occurrence=1', MANIFEST_NAME]);
  const manifest = JSON.parse(await readFile(join(folder, MANIFEST_NAME), 'utf8')) as BundleManifest;
  const expected = manifest.archives.reduce((sum, { size }) => sum + size, 0);
  const { size } = await stat(source);
  if (size < expected) {
    throw new Error(`${source} is cut off: ${size} of more than ${expected} bytes.\nCure: copy it again`);
  }
  return manifest;
}

async function unpack(source: string, folder: string, what: string[]): Promise<void> {
  await run(['tar', '-x', '-C', folder, '-f', source, ...what]).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(`${source} cannot be read as what cluster:export writes: ${lastLine(error.output)}`, {
      cause: error,
    });
  });
}

/** Replaces a part of the cache by one rename, unless it is there already. */
async function adopt({ path, ref }: BundlePart, unpacked: string): Promise<void> {
  const destination = join(cacheDir, path);
  if (await isPresent(destination, ref)) return;
  await mkdir(dirname(destination), { recursive: true });
  await rm(destination, { recursive: true, force: true });
  await rename(join(unpacked, path), destination);
}

async function isPresent(destination: string, ref: string | undefined): Promise<boolean> {
  if (ref === undefined) return existsSync(destination);
  return readLayout(destination).then(
    (layout) => layout.ref === ref,
    () => false,
  );
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

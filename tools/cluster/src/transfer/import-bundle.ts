import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { parseJson } from '@slipway/util/json';
import { digestOfFile } from '@slipway/oci/blob';
import { readLayout } from '@slipway/oci/layout';
import { CommandError, UserError } from '@slipway/util/errors';
import { cacheDir } from '../core/paths.ts';
import { interruption, run } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import { hasNodeImage } from '../images/node/node-image.ts';
import {
  bundleRelease,
  CACHE_ARCHIVE,
  checkManifest,
  MANIFEST_NAME,
  NODE_IMAGE_ARCHIVE,
  type BundleManifest,
  type BundlePart,
} from './bundle.ts';

/** Unpacks a bundle into the folder. Throws UserError unless it is complete and fits this machine; changes nothing else. */
export async function openBundle(source: string, folder: string, report: Report): Promise<BundleManifest> {
  const manifest = await readManifest(source, folder);
  checkManifest(manifest, source);
  report('unpacking');
  await unpack(source, folder, []);
  report('comparing checksums');
  for (const { name, digest, size } of manifest.archives) {
    const found = await digestOfFile(join(folder, name));
    if (found.digest !== digest || found.size !== size) {
      throw new UserError(`${source} is damaged: ${name} in it has the digest ${found.digest}, not ${digest}`, {
        hint: 'copy it again',
      });
    }
  }
  return manifest;
}

/** Moves base images and programs into the cache; existing ones stay. */
export async function placeParts({ parts }: BundleManifest, folder: string): Promise<void> {
  const archive = join(folder, 'cache.tar');
  const options = { signal: interruption() };
  const compressed = createReadStream(join(folder, CACHE_ARCHIVE));
  await pipeline(compressed, createZstdDecompress(), createWriteStream(archive), options);
  const unpacked = join(folder, 'cache');
  await mkdir(unpacked);
  await run(['tar', '-x', '-C', unpacked, '-f', archive]);
  for (const part of parts) await place(part, unpacked);
}

/** Loads the node image into the engine, unless the engine has it. */
export async function loadNodeImage(manifest: BundleManifest, folder: string): Promise<void> {
  if (await hasNodeImage(bundleRelease(manifest))) return;
  const image = createReadStream(join(folder, NODE_IMAGE_ARCHIVE)).pipe(createZstdDecompress());
  await run(['docker', 'load'], { input: image });
}

async function readManifest(source: string, folder: string): Promise<BundleManifest> {
  if (!existsSync(source)) throw new UserError(`${source} does not exist`);
  await unpack(source, folder, ['--occurrence=1', MANIFEST_NAME]);
  const manifest = parseJson(
    await readFile(join(folder, MANIFEST_NAME), 'utf8'),
    `${MANIFEST_NAME} of ${source}`,
    isManifest,
  );
  const expected = manifest.archives.reduce((sum, { size }) => sum + size, 0);
  const { size } = await stat(source);
  if (size < expected) {
    throw new UserError(`${source} is truncated: ${size} of more than ${expected} bytes`, { hint: 'copy it again' });
  }
  return manifest;
}

function isManifest(value: unknown): value is BundleManifest {
  if (typeof value !== 'object' || value === null) return false;
  return 'archives' in value && Array.isArray(value.archives) && 'parts' in value && Array.isArray(value.parts);
}

async function unpack(source: string, folder: string, what: string[]): Promise<void> {
  await run(['tar', '-x', '-C', folder, '-f', source, ...what]).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(`${source} is not a file of cluster:export: ${lastLine(error.output)}`, { cause: error });
  });
}

/** Replaces a part of the cache by one rename, unless it is present. */
async function place({ path, ref }: BundlePart, unpacked: string): Promise<void> {
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

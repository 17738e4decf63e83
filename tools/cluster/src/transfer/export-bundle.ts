import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { digestOfFile } from '@slipway/oci/blob';
import { writeTarFile, type TarEntry } from '@slipway/oci/tar';
import { treeEntries } from '@slipway/oci/tree';
import { cacheDir } from '../core/paths.ts';
import type { Release } from '../core/releases.ts';
import { interruption, run } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { nodeImageName } from '../images/node/node-image.ts';
import {
  BUNDLE_FORMAT,
  bundleParts,
  CACHE_ARCHIVE,
  MANIFEST_NAME,
  NODE_IMAGE_ARCHIVE,
  type BundleManifest,
  type BundlePart,
} from './bundle.ts';

/** Writes a bundle for clusters of the release; the file has its name only when it is complete. */
export async function exportBundle(destination: string, release: Release, report: Report): Promise<void> {
  const parts = await bundleParts(release);
  const temporary = `${resolve(destination)}.tmp-${process.pid}`;
  try {
    await inWorkFolder('export', async (folder) => {
      const saved = join(folder, 'saved.tar');
      const node = join(folder, NODE_IMAGE_ARCHIVE);
      const cache = join(folder, CACHE_ARCHIVE);
      report('saving the node image');
      await run(['docker', 'save', '-o', saved, nodeImageName(release)]);
      report('compressing the node image');
      await compress(saved, node);
      report('compressing base images and programs');
      await writeTarFile(await partEntries(parts), saved);
      await compress(saved, cache);
      report('writing the file');
      const manifest: BundleManifest = {
        format: BUNDLE_FORMAT,
        architecture: process.arch,
        nodeImage: nodeImageName(release),
        parts,
        archives: [
          { name: NODE_IMAGE_ARCHIVE, ...(await digestOfFile(node)) },
          { name: CACHE_ARCHIVE, ...(await digestOfFile(cache)) },
        ],
      };
      const head = join(folder, MANIFEST_NAME);
      await writeFile(head, `${JSON.stringify(manifest, null, 2)}\n`);
      const entries = [head, node, cache].map((source) => file(source.slice(folder.length + 1), source));
      await writeTarFile(entries, temporary);
    });
    await rename(temporary, destination);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function compress(source: string, destination: string): Promise<void> {
  const options = { signal: interruption() };
  await pipeline(createReadStream(source), createZstdCompress(), createWriteStream(destination), options);
  await rm(source);
}

async function partEntries(parts: readonly BundlePart[]): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for (const { path } of parts) {
    const source = join(cacheDir, path);
    if ((await stat(source)).isFile()) entries.push(file(path, source, 0o755));
    else entries.push(...(await treeEntries(source)).map((entry) => ({ ...entry, path: `${path}/${entry.path}` })));
  }
  return entries;
}

function file(path: string, source: string, mode = 0o644): TarEntry {
  return { path, mode, type: 'file', source };
}

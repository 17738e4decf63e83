import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from '@slipway/util/json';
import { type TarEntry, writeTar } from '@slipway/oci/tar';
import { version as esbuildVersion } from 'esbuild';
import { filesBelow } from '../bundle/files-below.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { replaceFile } from '../../util/files/write-files.ts';
import { isObject } from '../../util/json-object.ts';
import { LOCKFILES } from '../../util/workspace/lockfile.ts';

/**
 * What a layer is made of. `inputs`: files, relative to the workspace, that decide what is in it. `folders`: those in
 * which a file that appears or goes may decide it too. `facts`: kept beside it.
 */
export type Contents<Facts> = { files: BundleFile[]; inputs: string[]; folders: string[]; facts: Facts };

export type Layer<Facts> = { tar: Uint8Array; facts: Facts };

type CacheRecord<Facts> = { inputs: string[]; folders: string[]; fingerprint: string; facts: Facts };

/** Besides a layer's own inputs these decide what it is: which packages there are, and how we build. */
const COMMON_INPUTS = [...LOCKFILES, 'package.json'];
const BUILDERS = ['bundle', 'layers', 'sbom']
  .map((folder) => join(import.meta.dirname, '..', folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .concat(fileURLToPath(import.meta.resolve('@slipway/oci/tar')));

/**
 * A layer with these files below /app, as a tar. Made anew only when one of its inputs has another size or time, or
 * `seed` (what else decides) is another; kept as `dist/layers/NAME.tar`.
 */
export async function cachedLayer<Facts>(
  workspaceRoot: string,
  name: string,
  seed: string,
  make: () => Promise<Contents<Facts>>,
): Promise<Layer<Facts>> {
  const layerFile = join(workspaceRoot, 'dist', 'layers', `${name}.tar`);
  const recordFile = `${layerFile}.json`;
  const record = await readRecord<Facts>(recordFile);
  if (record !== undefined && record.fingerprint === (await fingerprint(workspaceRoot, seed, record))) {
    const tar = await readFile(layerFile).catch(() => undefined);
    if (tar !== undefined) return { tar, facts: record.facts };
  }
  const start = Date.now();
  const { files, inputs, folders, facts } = await make();
  const tar = await writeTar(layerEntries(files));
  const looked = { inputs, folders };
  const fresh: CacheRecord<Facts> = { ...looked, fingerprint: await fingerprint(workspaceRoot, seed, looked), facts };
  await replaceFile(layerFile, tar);
  // A file edited while the layer was made may or may not be in it: then the next run makes it again.
  if (!(await editedSince(workspaceRoot, inputs, start))) await replaceFile(recordFile, JSON.stringify(fresh));
  return { tar, facts };
}

/** Undefined where there is none that this version can use: none was written, it is damaged, or another version wrote it. */
async function readRecord<Facts>(file: string): Promise<CacheRecord<Facts> | undefined> {
  try {
    return parseJson(await readFile(file, 'utf8'), file, isRecord<Facts>);
  } catch {
    return undefined;
  }
}

function isRecord<Facts>(value: unknown): value is CacheRecord<Facts> {
  return isObject(value) && Array.isArray(value.inputs) && Array.isArray(value.folders);
}

/** Changes when any of the files changes, by size and time, or when there are others where files were looked for. */
async function fingerprint(
  workspaceRoot: string,
  seed: string,
  { inputs, folders }: { inputs: string[]; folders: string[] },
): Promise<string> {
  const configs = readdirSync(workspaceRoot).filter((name) => /^tsconfig.*\.json$/.test(name));
  const looked = [...COMMON_INPUTS, ...configs, ...inputs].map((path) => join(workspaceRoot, path));
  const marks = await Promise.all([...BUILDERS, ...looked].map(mark));
  const listings = folders.flatMap((folder) => filesBelow(workspaceRoot, folder));
  const packages = ['.', ...folders].flatMap((folder) => packageNames(join(workspaceRoot, folder, 'node_modules')));
  return createHash('sha256')
    .update([esbuildVersion, process.version, seed, ...marks, ...listings, ...packages].join('\n'))
    .digest('hex');
}

/** Whatever is installed: an import that found nothing before may find it. */
function packageNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

async function editedSince(workspaceRoot: string, inputs: string[], start: number): Promise<boolean> {
  const stats = await Promise.all(inputs.map((path) => stat(join(workspaceRoot, path)).catch(() => undefined)));
  return stats.some((status) => status !== undefined && status.mtimeMs >= start);
}

async function mark(path: string): Promise<string> {
  const status = await stat(path).catch(() => undefined);
  return `${path} ${status?.size} ${status?.mtimeMs}`;
}

function layerEntries(files: BundleFile[]): TarEntry[] {
  const folders = new Set(files.flatMap(({ path }) => parentsOf(path)));
  return [
    { path: 'app', mode: 0o755, type: 'directory' },
    ...[...folders].map((folder): TarEntry => ({ path: `app/${folder}`, mode: 0o755, type: 'directory' })),
    ...files.map(({ path, bytes, mode = 0o644 }): TarEntry => ({
      path: `app/${path}`,
      mode,
      type: 'file',
      content: bytes,
    })),
  ];
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

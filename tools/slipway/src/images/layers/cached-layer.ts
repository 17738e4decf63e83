import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TarEntry, writeTar } from '@slipway/oci/tar';
import { version as esbuildVersion } from 'esbuild';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { replaceFile } from '../../util/files/write-files.ts';

/** What a layer is made of. `inputs`: files, relative to the workspace, that decide what is in it. `facts`: kept beside it. */
export type Contents<Facts> = { files: BundleFile[]; inputs: string[]; facts: Facts };

export type Layer<Facts> = { tar: Uint8Array; facts: Facts };

type Record<Facts> = { inputs: string[]; fingerprint: string; facts: Facts };

/** Besides a layer's own inputs these decide what it is: which packages there are, and how we build. */
const COMMON_INPUTS = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json'];
const BUILDERS = [
  'bundle/bundle-options.ts',
  'bundle/bundle-packages.ts',
  'bundle/bundle-sources.ts',
  'bundle/externals-plugin.ts',
  'layers/app-files.ts',
  'layers/cached-layer.ts',
  'layers/service-layers.ts',
]
  .map((path) => join(import.meta.dirname, '..', path))
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
  const record = await readFile(recordFile, 'utf8')
    .then((text) => JSON.parse(text) as Record<Facts>)
    .catch(() => undefined);
  if (record !== undefined && record.fingerprint === (await fingerprint(workspaceRoot, seed, record.inputs))) {
    const tar = await readFile(layerFile).catch(() => undefined);
    if (tar !== undefined) return { tar, facts: record.facts };
  }
  const start = Date.now();
  const { files, inputs, facts } = await make();
  const tar = await writeTar(layerEntries(files));
  const fresh: Record<Facts> = { inputs, fingerprint: await fingerprint(workspaceRoot, seed, inputs), facts };
  await replaceFile(layerFile, tar);
  // A file edited while the layer was made may or may not be in it: then the next run makes it again.
  if (!(await editedSince(workspaceRoot, inputs, start))) await replaceFile(recordFile, JSON.stringify(fresh));
  return { tar, facts };
}

/** Changes when any of the files changes, by size and time. */
async function fingerprint(workspaceRoot: string, seed: string, inputs: string[]): Promise<string> {
  const files = [...BUILDERS, ...[...COMMON_INPUTS, ...inputs].map((path) => join(workspaceRoot, path))];
  const marks = await Promise.all(files.map(mark));
  return createHash('sha256')
    .update([esbuildVersion, process.version, seed, ...marks].join('\n'))
    .digest('hex');
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
  const folders = new Set(
    files.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
  );
  return [
    { path: 'app', mode: 0o755, type: 'directory' },
    ...[...folders].map((folder): TarEntry => ({ path: `app/${folder}`, mode: 0o755, type: 'directory' })),
    ...files.map(({ path, bytes }): TarEntry => ({ path: `app/${path}`, mode: 0o644, type: 'file', content: bytes })),
  ];
}

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TarEntry, writeTar } from '@slipway/oci/tar';
import { version as esbuildVersion } from 'esbuild';
import type { ServiceContract } from '../contract/service-contract.ts';
import { replaceFile } from '../workspace/write-files.ts';
import { appFiles } from './app-files.ts';
import { bundleService } from './bundle-service.ts';

type Record = { inputs: string[]; fingerprint: string };

/** Besides the bundled files these decide what a bundle is: which packages there are, and how we build. */
const COMMON_INPUTS = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json'];
const BUILDER = ['app-files', 'bundle-options', 'bundle-service', 'cached-layer', 'own-source-map'].map((name) =>
  join(import.meta.dirname, `${name}.ts`),
);

/**
 * The service's layer as a tar: bundle, source maps and migrations below /app. Built anew only when a file that went
 * into the last one has another size or time; kept in dist/layers.
 */
export async function cachedLayer(workspaceRoot: string, contract: ServiceContract): Promise<Uint8Array> {
  const layerFile = join(workspaceRoot, 'dist', 'layers', `${contract.name}.tar`);
  const recordFile = `${layerFile}.json`;
  const record = await readFile(recordFile, 'utf8')
    .then((text) => JSON.parse(text) as Record)
    .catch(() => undefined);
  if (record !== undefined && record.fingerprint === (await fingerprint(workspaceRoot, contract, record.inputs))) {
    const layer = await readFile(layerFile).catch(() => undefined);
    if (layer !== undefined) return layer;
  }
  const start = Date.now();
  const { files, inputs } = await bundleService(workspaceRoot, contract);
  const layer = await writeTar(layerEntries([...files, ...appFiles(workspaceRoot, contract)]));
  const fresh = { inputs, fingerprint: await fingerprint(workspaceRoot, contract, inputs) };
  await replaceFile(layerFile, layer);
  // A file edited while the bundle was made may or may not be in it: then the next run builds again.
  if (!(await editedSince(workspaceRoot, inputs, start))) await replaceFile(recordFile, JSON.stringify(fresh));
  return layer;
}

/** Changes when any of the files changes, by size and time. */
async function fingerprint(workspaceRoot: string, contract: ServiceContract, inputs: string[]): Promise<string> {
  const hash = createHash('sha256').update(`${esbuildVersion} ${process.version}`);
  const own = inputs.filter((path) => !path.includes('node_modules/'));
  // Their package.json says what an import of them resolves to.
  const packages = new Set(own.map((path) => `${path.split('/').slice(0, 2).join('/')}/package.json`));
  const files = [...BUILDER, ...[...COMMON_INPUTS, ...packages, ...inputs].map((path) => join(workspaceRoot, path))];
  const marks = await Promise.all(files.map(mark));
  for (const { path, bytes } of appFiles(workspaceRoot, contract)) hash.update(path).update(bytes);
  return hash.update(marks.join('\n')).digest('hex');
}

async function editedSince(workspaceRoot: string, inputs: string[], start: number): Promise<boolean> {
  const times = await Promise.all(inputs.map(async (path) => (await stat(join(workspaceRoot, path))).mtimeMs));
  return times.some((time) => time >= start);
}

async function mark(path: string): Promise<string> {
  const status = await stat(path).catch(() => undefined);
  return `${path} ${status?.size} ${status?.mtimeMs}`;
}

function layerEntries(files: { path: string; bytes: Uint8Array }[]): TarEntry[] {
  const folders = new Set(
    files.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
  );
  return [
    { path: 'app', mode: 0o755, type: 'directory' },
    ...[...folders].map((folder): TarEntry => ({ path: `app/${folder}`, mode: 0o755, type: 'directory' })),
    ...files.map(({ path, bytes }): TarEntry => ({ path: `app/${path}`, mode: 0o644, type: 'file', content: bytes })),
  ];
}

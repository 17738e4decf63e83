import { copyFile, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { explainFullDisk } from '@slipway/util/full-disk';
import { blobPath, digestOf, type Descriptor } from './blob.ts';

export type { Descriptor } from './blob.ts';

export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

const REF_NAME = 'org.opencontainers.image.ref.name';

export type ImageManifest = {
  schemaVersion: 2;
  mediaType: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Record<string, string>;
};

export type ImageConfig = {
  architecture: string;
  os: string;
  variant?: string;
  created?: string;
  config: {
    User?: string;
    Env?: string[];
    Entrypoint?: string[];
    Cmd?: string[];
    WorkingDir?: string;
    StopSignal?: string;
    ExposedPorts?: Record<string, object>;
    Volumes?: Record<string, object>;
    Labels?: Record<string, string>;
  };
  rootfs: { type: 'layers'; diff_ids: string[] };
  history?: Array<Record<string, unknown>>;
};

export type Layout = {
  manifest: ImageManifest;
  manifestDescriptor: Descriptor;
  config: ImageConfig;
  ref: string;
};

/** A blob of an image: manifest, config or layer. */
export type ImageBlob = { digest: string; size: number } & ({ file: string } | { bytes: Uint8Array });

/** Reads and checks a layout of one image. Throws UserError with `hint` when it is not there or damaged. */
export async function readLayout(dir: string, hint = 'write the layout again'): Promise<Layout> {
  const indexFile = join(dir, 'index.json');
  const index = parse(await read(indexFile, hint), indexFile, hint) as { manifests?: Descriptor[] };
  const manifestDescriptor = index.manifests?.[0];
  if (!manifestDescriptor || index.manifests?.length !== 1) {
    throw new UserError(`${indexFile} lists ${index.manifests?.length ?? 0} manifests instead of one`, { hint });
  }
  const ref = manifestDescriptor.annotations?.[REF_NAME];
  if (!ref) throw new UserError(`${indexFile} has no annotation ${REF_NAME}`, { hint });
  const manifest = (await readBlob(dir, manifestDescriptor, hint)) as ImageManifest;
  const config = (await readBlob(dir, manifest.config, hint)) as ImageConfig;
  for (const layer of manifest.layers) {
    const file = blobPath(dir, layer.digest);
    const found = await stat(file).catch(() => undefined);
    if (found?.size !== layer.size) {
      const state = found ? `has ${found.size} bytes instead of ${layer.size}` : 'is missing';
      throw new UserError(`${file} ${state}`, { hint });
    }
  }
  return { manifest, manifestDescriptor, config, ref };
}

/** Writes an image of uncompressed layers, whose digests are their diffIDs too. See `placeLayout`. */
export async function writeLayout(
  dir: string,
  image: { ref: string; config: Omit<ImageConfig, 'rootfs'>; layers: ImageBlob[] },
): Promise<Layout> {
  const config: ImageConfig = {
    ...image.config,
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.digest) },
  };
  const configBlob = jsonBlob(config);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: { mediaType: MEDIA_TYPES.config, digest: configBlob.digest, size: configBlob.size },
    layers: image.layers.map(({ digest, size }) => ({ mediaType: MEDIA_TYPES.layer, digest, size })),
  };
  const manifestBlob = jsonBlob(manifest);
  const { digest, size } = manifestBlob;
  const blobs = [...image.layers, configBlob, manifestBlob];
  const manifestDescriptor = await placeLayout(
    dir,
    image.ref,
    { mediaType: MEDIA_TYPES.manifest, digest, size },
    blobs,
  );
  return { manifest, manifestDescriptor, config, ref: image.ref };
}

/** Writes the folder of an image and replaces an existing one by a rename: no reader sees half a layout. */
export async function placeLayout(
  dir: string,
  ref: string,
  manifest: Descriptor,
  blobs: readonly ImageBlob[],
): Promise<Descriptor> {
  const temporary = `${dir}.tmp-${process.pid}`;
  const described: Descriptor = { ...manifest, annotations: { [REF_NAME]: ref } };
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [described] };
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(join(temporary, 'blobs', 'sha256'), { recursive: true });
    for (const blob of blobs) await placeBlob(blob, blobPath(temporary, blob.digest));
    await writeFile(join(temporary, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    await writeFile(join(temporary, 'index.json'), JSON.stringify(index));
    await replace(temporary, dir);
  } catch (error) {
    const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
    const explained = await explainFullDisk(error, { file: dir, bytes });
    await rm(temporary, { recursive: true, force: true });
    throw explained;
  }
  return described;
}

function jsonBlob(value: unknown): { digest: string; size: number; bytes: Uint8Array } {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: digestOf(bytes), size: bytes.length, bytes };
}

async function placeBlob(blob: ImageBlob, destination: string): Promise<void> {
  if ('bytes' in blob) return writeFile(destination, blob.bytes);
  // Blobs never change, so a hard link is as good as a copy where the file system allows one.
  await link(blob.file, destination).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return; // an image may have the same layer twice
    await copyFile(blob.file, destination);
  });
}

// A folder that is not empty cannot be renamed over, so the old one steps aside first.
async function replace(temporary: string, dir: string): Promise<void> {
  const old = `${dir}.old-${process.pid}`;
  await mkdir(dirname(dir), { recursive: true });
  await rename(dir, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(temporary, dir);
  await rm(old, { recursive: true, force: true });
}

async function readBlob(dir: string, descriptor: Descriptor, hint: string): Promise<unknown> {
  const file = blobPath(dir, descriptor.digest);
  const bytes = await read(file, hint);
  if (digestOf(bytes) !== descriptor.digest) throw new UserError(`${file} does not match its digest`, { hint });
  return parse(bytes, file, hint);
}

async function read(file: string, hint: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${file} cannot be read (${error.code})`, { hint, cause: error });
  });
}

function parse(bytes: Buffer, file: string, hint: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new UserError(`${file} is not JSON`, { hint, cause: error });
  }
}

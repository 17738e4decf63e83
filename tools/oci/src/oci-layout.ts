import { copyFile, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** An uncompressed layer, so its digest is its diffID too. */
export type LayerSource = { digest: string; size: number } & ({ file: string } | { bytes: Uint8Array });

export async function readLayout(dir: string, cure = 'write the layout again'): Promise<Layout> {
  const indexFile = join(dir, 'index.json');
  const index = parse(await read(indexFile, cure), indexFile, cure) as { manifests?: Descriptor[] };
  const manifestDescriptor = index.manifests?.[0];
  if (!manifestDescriptor || index.manifests?.length !== 1) {
    throw new Error(`${indexFile} lists ${index.manifests?.length ?? 0} manifests instead of one: ${cure}`);
  }
  const ref = manifestDescriptor.annotations?.[REF_NAME];
  if (!ref) throw new Error(`${indexFile} has no annotation ${REF_NAME}: ${cure}`);
  const manifest = (await readBlob(dir, manifestDescriptor, cure)) as ImageManifest;
  const config = (await readBlob(dir, manifest.config, cure)) as ImageConfig;
  for (const layer of manifest.layers) {
    const file = blobPath(dir, layer.digest);
    const found = await stat(file).catch(() => undefined);
    if (found?.size !== layer.size) {
      throw new Error(`${file} is ${found ? `${found.size} bytes instead of ${layer.size}` : 'missing'}: ${cure}`);
    }
  }
  return { manifest, manifestDescriptor, config, ref };
}

/** Replaces the folder in one rename after everything is written: a reader never sees half a layout. */
export async function writeLayout(
  dir: string,
  image: { ref: string; config: Omit<ImageConfig, 'rootfs'>; layers: LayerSource[] },
): Promise<Layout> {
  const temporary = `${dir}.tmp-${process.pid}`;
  const config: ImageConfig = {
    ...image.config,
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.digest) },
  };
  const configBytes = json(config);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: describe(MEDIA_TYPES.config, configBytes),
    layers: image.layers.map(({ digest, size }) => ({ mediaType: MEDIA_TYPES.layer, digest, size })),
  };
  const manifestBytes = json(manifest);
  const manifestDescriptor: Descriptor = {
    ...describe(MEDIA_TYPES.manifest, manifestBytes),
    annotations: { [REF_NAME]: image.ref },
  };
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(join(temporary, 'blobs', 'sha256'), { recursive: true });
    for (const layer of image.layers) await placeLayer(layer, blobPath(temporary, layer.digest));
    await writeFile(blobPath(temporary, manifest.config.digest), configBytes);
    await writeFile(blobPath(temporary, manifestDescriptor.digest), manifestBytes);
    await writeFile(join(temporary, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
    await writeFile(
      join(temporary, 'index.json'),
      json({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [manifestDescriptor] }),
    );
    await replace(temporary, dir);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return { manifest, manifestDescriptor, config, ref: image.ref };
}

function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

async function placeLayer(layer: LayerSource, destination: string): Promise<void> {
  if ('bytes' in layer) return writeFile(destination, layer.bytes);
  // Blobs never change, so a hard link is as good as a copy where the file system allows one.
  await link(layer.file, destination).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return; // an image may hold the same layer twice
    await copyFile(layer.file, destination);
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

async function readBlob(dir: string, descriptor: Descriptor, cure: string): Promise<unknown> {
  const file = blobPath(dir, descriptor.digest);
  const bytes = await read(file, cure);
  if (digestOf(bytes) !== descriptor.digest) throw new Error(`${file} does not match its digest: ${cure}`);
  return parse(bytes, file, cure);
}

async function read(file: string, cure: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}): ${cure}`, { cause: error });
  });
}

function parse(bytes: Buffer, file: string, cure: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${cure}`, { cause: error });
  }
}

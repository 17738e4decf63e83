import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '@slipway/util/exec';
import { explainFullDisk } from '@slipway/util/full-disk';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { keepNewest } from '../../util/files/keep-newest.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { type AppImage, contentTag } from '../container-image.ts';
import { docker } from './docker.ts';
import { isThere, savedImage, unpackSaved } from './saved-image.ts';

/** Longest time that the engine may take to write an image, ms. */
const SAVE_LIMIT_MS = 300_000;
/** The engine answers that at once, ms. */
const INSPECT_LIMIT_MS = 20_000;

/** An image that the engine has, by its id (`sha256:…`). It is read out of the engine once, to `dist/engine/SERVICE`. */
export async function engineImage(
  { workspaceRoot, stack }: Settings,
  { name }: ServiceSpec,
  id: string,
  place: { file: string; key: string },
): Promise<AppImage> {
  const parent = join(workspaceRoot, 'dist', 'engine', name);
  const short = id.replace(/^sha256:/, '').slice(0, 16);
  const folder = join(parent, short);
  if (!(await isThere(folder))) {
    await mkdir(parent, { recursive: true });
    await readOut(id, place, folder);
    await keepNewest(parent, /^[0-9a-f]{16}$/);
  } else {
    await utimes(folder, new Date(), new Date());
  }
  const { manifest, blobs, layerSizes } = await savedImage(folder);
  return {
    repository: `slipway.local/${stack}/${name}`,
    tag: contentTag(manifest.digest),
    manifest,
    blobs,
    ownLayerSize: layerSizes.at(-1) ?? 0,
  };
}

/** Takes an image out of the engine, by an archive on the disk of temporary files. */
async function readOut(id: string, place: { file: string; key: string }, folder: string): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'slipway-save-'));
  const archive = join(temporary, 'image.tar');
  try {
    const failed = (output: string) => ({
      message: `the engine cannot write the image:\n${output}`,
      hint: 'df -h, docker system df',
    });
    // Written here and not by the client, whose words for a full disk tell nothing of it.
    const options = { timeoutMs: SAVE_LIMIT_MS, output: createWriteStream(archive) };
    await docker(['save', id], place, failed, options).catch(async (error: unknown) => {
      const hint = 'free space on that disk (df -h), or name a folder on another one: TMPDIR';
      throw await explainFullDisk(error, { file: archive, bytes: () => sizeInEngine(id), hint });
    });
    await unpackSaved(archive, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function sizeInEngine(id: string): Promise<number> {
  return Number(
    await exec(['docker', 'image', 'inspect', '--format', '{{.Size}}', id], { timeoutMs: INSPECT_LIMIT_MS }),
  );
}

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImageArchive } from '@slipway/oci/archive';
import { CommandError, UserError } from '@slipway/util/errors';
import { type Argv, exec } from '@slipway/util/exec';
import type { ImportProgram } from '../../kubernetes/client/target.ts';
import type { Timeline } from '../../util/timeline.ts';
import { imageReference } from '../container-image.ts';
import type { Publisher } from './publisher.ts';

/** Longest time that an import of all images may take, ms. */
const LIMIT_MS = 600_000;

type Importer = { program: ImportProgram; cluster: string };

/**
 * Hands the images as one archive to the program that made the cluster: `k3d image import`, `minikube image load`. What
 * the nodes hold is not asked, so that each deploy sends everything that it has not sent in this process.
 */
export function importedImages({ program, cluster }: Importer, timeline: Timeline): Publisher {
  const sent = new Set<string>();
  return {
    open: async () => void (await run([program, 'version'], program)),
    publish: async (images) => {
      const missing = images.filter((image) => image.blobs.length > 0 && !sent.has(imageReference(image)));
      if (missing.length === 0) return [{ place: cluster, images: 0, bytes: 0 }];
      const folder = await mkdtemp(join(tmpdir(), 'slipway-import-'));
      const removeFolder = () => rmSync(folder, { recursive: true, force: true });
      process.once('exit', removeFolder);
      try {
        const archive = join(folder, 'images.tar');
        const named = missing.map((image) => ({ ...image, name: imageReference(image) }));
        const { size } = await writeImageArchive(named, archive, () => false);
        await timeline.measure(cluster, 'load', () => run(importCommand(program, cluster, archive), program));
        for (const image of missing) sent.add(imageReference(image));
        return [{ place: cluster, images: missing.length, bytes: size }];
      } finally {
        removeFolder();
        process.off('exit', removeFolder);
      }
    },
    removeUnused: async () => [],
  };
}

function importCommand(program: ImportProgram, cluster: string, archive: string): Argv {
  if (program === 'k3d') return ['k3d', 'image', 'import', archive, '--cluster', cluster];
  return ['minikube', 'image', 'load', archive, '--profile', cluster];
}

async function run(command: Argv, program: ImportProgram): Promise<void> {
  try {
    await exec(command, { timeoutMs: LIMIT_MS });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'ENOENT') throw error;
    throw new UserError(`${program}, which brings images to this cluster, is not on the PATH`, {
      hint: `install ${program}, or name a registry that the nodes pull from: --registry registry.example.com`,
      cause: error,
    });
  }
}

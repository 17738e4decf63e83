import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerArchive } from '../docker-archive.ts';
import { edit } from '../edit.ts';
import { place } from '../place.ts';
import { REGISTRY } from '../remove-images.ts';
import { run } from '../run.ts';
import type { Sample } from '../sample.ts';
import { putLayer, skaffold, SKAFFOLD_DEPLOYMENT, writeSkaffoldProject } from '../skaffold-project.ts';

const BASE = `${REGISTRY}/product-base:bench-loop`;
const layout = join(place.workspaceRoot, 'dist/images/product');

export type SkaffoldWay = { oneEdit: () => Promise<Sample[]>; remove: () => Promise<void> };

/** Skaffold's own deploy of an edit whose bundle is built already. Its first run, which fills its caches, is not counted. */
export async function withSkaffold(program: string): Promise<SkaffoldWay> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-loop-'));
  const oneEdit = async () => {
    edit.next();
    await run([...place.nx, 'run', 'product:image']);
    await putLayer(layout, folder);
    const { ms, peakMegabytes } = await skaffold(program, folder, 'run');
    return [{ name: 'skaffold run, one edit, bundle built', ms, peakMegabytes }];
  };
  const remove = async () => {
    const kubectl = [place.kubectl, '--context', place.context, '-n', place.namespace];
    await run([...kubectl, 'delete', 'deployment', SKAFFOLD_DEPLOYMENT, '--ignore-not-found']);
    await rm(folder, { recursive: true });
  };
  try {
    await run([...place.nx, 'run', 'product:image']);
    const archive = join(folder, 'base.tar');
    await dockerArchive(layout, BASE, archive);
    await run(['docker', 'load'], { input: archive });
    await rm(archive);
    await writeSkaffoldProject(folder, BASE);
    await oneEdit();
  } catch (error) {
    await remove();
    throw error;
  }
  return { oneEdit, remove };
}

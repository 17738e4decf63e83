import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerArchive } from '../docker-archive.ts';
import { edit } from '../edit.ts';
import { newLayerArchive } from '../new-layer-archive.ts';
import { place } from '../place.ts';
import { REGISTRY } from '../remove-images.ts';
import { run } from '../run.ts';
import type { Sample } from '../sample.ts';

/**
 * An edit whose image is built already, into the pods by other means: what the platform itself takes (the new layer
 * alone into every node, apply, Ready), or `kind load docker-image`, apply, Ready.
 */
export async function images(means: 'platform' | 'kind load'): Promise<Sample[]> {
  const mark = edit.next();
  const reference = `${REGISTRY}/product:${mark}`;
  await run([...place.nx, 'run', 'product:image']);
  const layout = join(place.workspaceRoot, 'dist/images/product');
  const folder = await mkdtemp(join(tmpdir(), 'bench-loop-'));
  const archive = join(folder, 'image.tar');
  try {
    if (means === 'platform') await newLayerArchive(layout, reference, archive);
    else {
      await dockerArchive(layout, reference, archive);
      await run(['docker', 'load'], { input: archive });
    }
    const start = performance.now();
    if (means === 'platform') await Promise.all(place.nodes().map((node) => importInto(node, archive)));
    else await run([place.kind, 'load', 'docker-image', '--name', place.cluster, reference]);
    const loadMs = performance.now() - start;
    await roll(reference);
    const ms = performance.now() - start;
    const name = means === 'platform' ? 'the platform itself, image built' : 'kind load + apply, image built';
    return [
      { name, ms },
      { name: `${name}: load alone`, ms: loadMs },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function importInto(node: string, archive: string) {
  const ctr = ['ctr', '--namespace=k8s.io', 'images', 'import', '--all-platforms', '-'];
  return run(['docker', 'exec', '--interactive', node, ...ctr], { input: archive });
}

async function roll(reference: string): Promise<void> {
  const kubectl = [place.kubectl, '--context', place.context, '-n', place.namespace];
  await run([...kubectl, 'set', 'image', 'deployment/product', `*=${reference}`]);
  await run([...kubectl, 'rollout', 'status', 'deployment/product', '--timeout=120s']);
}

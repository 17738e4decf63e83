import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { run } from '../core/run.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { writeImageArchive } from '../images/node/image-archive.ts';

/** Brings an image layout into nodes, so that their kubelets have nothing to pull. */
export async function loadLayout(layout: string, nodes: readonly string[]): Promise<void> {
  await inWorkFolder('load', async (folder) => {
    const archive = join(folder, 'image.tar');
    await writeImageArchive([layout], archive);
    const importing = ['ctr', '-n', 'k8s.io', 'images', 'import', '--all-platforms', '-'];
    await Promise.all(
      nodes.map((node) => run(['docker', 'exec', '-i', node, ...importing], { input: createReadStream(archive) })),
    );
  });
}

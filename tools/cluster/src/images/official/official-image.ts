import { join } from 'node:path';
import { run } from '../../core/run.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { dockerArchiveToLayout } from './docker-archive.ts';
import { pullImage } from './pull-image.ts';

/** `docker pull` and `docker save`, then our layout: the engine's own store is no contract. */
export async function pullOfficialImage(
  ref: string,
  destination: string,
  report: (detail: string) => void,
): Promise<void> {
  await pullImage(ref, report);
  await inWorkFolder('official', async (folder) => {
    const archive = join(folder, 'image.tar');
    report('saving');
    await run(['docker', 'save', '-o', archive, ref]);
    report('converting');
    await dockerArchiveToLayout(archive, { ref, destination, workFolder: folder });
  });
}

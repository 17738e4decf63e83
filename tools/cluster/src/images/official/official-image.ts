import { join } from 'node:path';
import { CommandError, UserError } from '@slipway/util/errors';
import { self } from '../../core/paths.ts';
import { run } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { dockerArchiveToLayout } from './docker-archive.ts';

/** `docker pull` and `docker save`, converted to a layout. The store of the engine is no stable format. */
export async function pullOfficialImage(ref: string, destination: string, report: Report): Promise<void> {
  await pullImage(ref, report);
  await inWorkFolder('official', async (folder) => {
    const archive = join(folder, 'image.tar');
    report('saving');
    await run(['docker', 'save', '-o', archive, ref]);
    report('converting');
    await dockerArchiveToLayout(archive, { ref, destination, workFolder: folder });
  });
}

/** Pulls into the engine. A registry that answers may still refuse: rate limits, a blocked download host. */
export async function pullImage(ref: string, report: Report): Promise<void> {
  report(`pulling ${ref}`);
  try {
    await run(['docker', 'pull', ref], { onLine: (line) => report(line.slice(0, 60)) });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(error.message, {
      hint: `try again later, or build it from packages: ${self} up --images packages`,
      cause: error,
    });
  }
}

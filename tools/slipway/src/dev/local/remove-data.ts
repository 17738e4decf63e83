import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { codeOf } from '@slipway/util/errors';

/** Deletes a database's folder, whose server has ended. Interrupted, it leaves nothing that looks like a database. */
export async function removeData(dir: string): Promise<void> {
  const doomed = `${dir}-deleted-${randomUUID()}`;
  try {
    await rename(dir, doomed);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await rm(doomed, { recursive: true, force: true });
}

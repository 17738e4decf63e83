import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '@slipway/util/errors';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** A killed parent's Postgres needs a moment to notice and to write its last checkpoint. */
const graceMs = 15_000;

/**
 * Clears the way for a server on `dir`: waits for one that is going down, removes the lock file of one that is gone (its
 * process id may be another program's by now, which Postgres itself would take for a server).
 */
export async function awaitPreviousRun(dir: string): Promise<void> {
  const lockFile = join(dir, 'postmaster.pid');
  const started = Date.now();
  while (true) {
    const lock = await readFile(lockFile, 'utf8').catch(() => undefined);
    if (lock === undefined) return;
    const [pid = '', , , port = '', , , , status = ''] = lock.split('\n');
    if (!(await isServer(Number(pid)))) return rm(lockFile, { force: true });
    // A healthy one may have lost its parent this very instant; give it two seconds to say so.
    const patience = status.trim() === 'stopping' ? graceMs : 2000;
    if (Date.now() - started > patience) {
      throw new EmbeddedPostgresError(
        'already-running',
        `${dir} is in use by the Postgres with process id ${pid} on port ${port}: stop that one first`,
      );
    }
    await sleep(50);
  }
}

async function isServer(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  const program = await readlink(`/proc/${pid}/exe`).catch(() => undefined);
  if (program === undefined) return true;
  return program.replace(/ \(deleted\)$/, '').endsWith('/postgres');
}

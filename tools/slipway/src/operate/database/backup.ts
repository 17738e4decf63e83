import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { explainFullDisk } from '@slipway/util/full-disk';
import { megabytes } from '../../util/format/megabytes.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { refuseExposed } from '../../services/secrets/refuse-exposed.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { connection, type DatabasePod, execArguments, psql } from '../../deploy/database/database-pod.ts';
import { withDatabase } from './open-database.ts';

export type BackupOptions = { to: string; context?: string };

/**
 * Writes everything in the service's database, as it is at one moment, to a file for pg_restore. The file appears when
 * it is complete and was read back to its end; an existing one is never overwritten. Logins and passwords are not in it.
 */
export async function backup(
  settings: Settings,
  service: string,
  { to, context }: BackupOptions,
  report: Reporter,
): Promise<void> {
  const file = resolve(settings.workspaceRoot, to);
  if (existsSync(file)) throw new UserError(`${to} exists already`, { hint: 'name another file, or move it away' });
  // With the same end: what keeps the file out of git keeps this out too.
  const partial = join(dirname(file), `.${process.pid}.${basename(file)}`);
  await refuseExposed([file, partial], to);
  await withDatabase(settings, service, context, async ({ pod, admin }) => {
    await mkdir(dirname(file), { recursive: true });
    try {
      report.event(service, 'backup', 'reading the database');
      // Customers' data: for its owner alone.
      const output = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
      await exec(execArguments(pod, ['pg_dump', ...connection(pod, admin), '--format=custom']), { output });
      report.event(service, 'backup', 'reading the file back');
      const readBack = execArguments(pod, ['pg_restore', '--file=/dev/null']);
      await exec(readBack, { input: createReadStream(partial) });
      const { size } = await stat(partial);
      await rename(partial, file);
      report.event(service, 'ready', `${to}, ${megabytes(size)}`);
    } catch (error) {
      throw await explainFullDisk(error, {
        file,
        bytes: () => databaseSize(pod, admin),
        isUpperBound: true,
        hint: 'free space on that disk (df -h), or name a file on another one: --to',
      });
    } finally {
      await rm(partial, { force: true });
    }
  });
}

/** Bytes on the database's own disk; a backup is compressed. */
async function databaseSize(pod: DatabasePod, admin: string): Promise<number> {
  return Number(await psql(pod, admin, 'select pg_database_size(current_database());'));
}

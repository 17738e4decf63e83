import { CommandError } from '@slipway/util/errors';
import { type DatabasePod, psql } from '../../deploy/database/database-pod.ts';

/** What a database itself says of its migrations: file name → checksum. Empty where slipway's migrator never ran. */
export async function recordedMigrations(pod: DatabasePod, admin: string): Promise<Record<string, string>> {
  try {
    const rows = await psql(
      pod,
      admin,
      `select m.name || '.sql', c.checksum from public.schema_migrations m
       join public.schema_migration_checksums c on c.name = m.name order by 1;`,
    );
    const lines = rows.split('\n').filter((line) => line !== '');
    return Object.fromEntries(
      lines.map((line) => {
        const [name = '', checksum = ''] = line.split('|');
        return [name, checksum];
      }),
    );
  } catch (error) {
    if (error instanceof CommandError && /does not exist/.test(error.output)) return {};
    throw error;
  }
}

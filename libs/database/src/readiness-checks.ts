import { createDatabase, type DatabaseLog } from './database.ts';
import { pendingMigrations } from './migrations/pending-migrations.ts';

type ChecksOptions = { url: string; folder: string; applicationName: string; log: DatabaseLog };

/**
 * The readiness checks of a service with a database, on a connection of their own: a pool that is merely busy must not
 * take the pod out of service.
 */
export function readinessChecks({ url, folder, applicationName, log }: ChecksOptions) {
  const database = createDatabase({ url, poolSize: 1, applicationName: `${applicationName}-health`, log });
  const pending = pendingMigrations(folder);
  return {
    checks: {
      database: async () => {
        await database.query('select 1');
        return undefined;
      },
      migrations: async () => {
        const names = await pending(database);
        return names.length === 0 ? undefined : `not applied: ${names.join(', ')}`;
      },
    },
    close: () => database.close(),
  };
}

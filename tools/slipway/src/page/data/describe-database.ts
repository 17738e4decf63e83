import type { PageDatabase } from './page-types.ts';
import type { DatabaseLook } from './probe-database.ts';

/** The database of `service` on this machine, as it was found. */
export function describeDatabase(service: string, { name, look }: { name: string; look: DatabaseLook }): PageDatabase {
  const { state } = look;
  if (look.state === 'failed') return { name, service, state, detail: look.detail };
  const { sizeBytes, connections, migrations, transactions } = look;
  return {
    name,
    service,
    state,
    sizeBytes,
    connections,
    transactions,
    ...(migrations === undefined ? {} : { migrations }),
  };
}

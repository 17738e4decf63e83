import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { MigrateLog } from './migrate-log.ts';

/** The lock that node-pg-migrate's own command line takes. */
const lockId = 7_241_865_325_823_964n;
const lookEveryMs = 100;
const sayEveryMs = 5_000;

type Holder = { pid: number; application: string; since: Date };

/**
 * Takes the lock by polling. A session that blocks in `pg_advisory_lock` holds a snapshot, for which another replica's
 * `create index concurrently` would wait: a deadlock. Throws after `patienceMs`, naming who has it.
 */
export async function takeMigrationLock(client: pg.Client, log: MigrateLog, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let sayAgainAt = 0;
  while (true) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockId]);
    if (rows[0]?.locked) return;
    const now = Date.now();
    if (now >= Math.min(deadline, sayAgainAt)) {
      const holder = await findHolder(client);
      if (now >= deadline) throw new Error(tooLong(holder, patienceMs));
      log.info(
        { ...(holder === undefined ? {} : { holder: holder.pid }) },
        'another replica is migrating, waiting for it',
      );
      sayAgainAt = now + sayEveryMs;
    }
    await sleep(lookEveryMs + Math.random() * lookEveryMs);
  }
}

async function findHolder(client: pg.Client): Promise<Holder | undefined> {
  const { rows } = await client.query<Holder>(
    `select a.pid, a.application_name as application, a.backend_start as since
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
     and l.database = (select oid from pg_database where datname = current_database())
     and (l.classid::bigint << 32) | l.objid::bigint = $1`,
    [lockId],
  );
  return rows[0];
}

function tooLong(holder: Holder | undefined, patienceMs: number): string {
  const waited = `migrations of this database have been under way elsewhere for ${Math.round(patienceMs / 60_000)} minutes`;
  if (holder === undefined) return waited;
  const { pid, application, since } = holder;
  return `${waited}: session ${pid} (${application || 'without a name'}) has the lock since ${since.toISOString()} at the earliest\n  → if it hangs: select pg_terminate_backend(${pid})`;
}

import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError, UserError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { readInventory, updateInventoryEntry } from '../../kubernetes/apply/inventory/inventory.ts';
import { withDeployLock } from '../../deploy/context/deploy-lock.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { restartPods } from '../../deploy/stages/restart-pods.ts';
import type { Session } from '../../deploy/context/deploy-context.ts';
import { type ArchiveFacts, archiveFacts } from './archive-facts.ts';
import { connection, type DatabasePod, execArguments, psql } from '../../deploy/database/database-pod.ts';
import { type OpenDatabase, withDatabase } from './open-database.ts';
import { recordedMigrations } from './recorded-migrations.ts';

export type RestoreOptions = {
  from: string;
  /** Drop what the database holds; else one that holds anything is left alone. */
  replace: boolean;
  /** Longest wait for the service's new pods, seconds. */
  timeout: number;
  context?: string;
};

/**
 * Puts a backup into the service's database, in one transaction: all of it or nothing. Afterwards the service gets new
 * pods, whose migrations bring an older backup up to date. Throws before anything is touched when the file is not a
 * backup of this service, is from a newer Postgres, or the database holds something and `replace` is not set.
 */
export async function restore(
  session: Session,
  service: string,
  { from, replace, timeout, context }: RestoreOptions,
): Promise<void> {
  const { settings, report } = session;
  const file = resolve(settings.workspaceRoot, from);
  if (!existsSync(file)) throw new UserError(`${from} does not exist`);
  await withDatabase(settings, service, context, async (database) => {
    const { api, pod, admin } = database;
    const { stack } = settings;
    await withDeployLock({ ...session, api, stack }, async () => {
      const listing = await exec(execArguments(pod, ['pg_restore', '--list']), {
        input: createReadStream(file),
      }).catch(() => '');
      const facts = archiveFacts(listing);
      if (facts === undefined)
        throw new UserError(`${from} is not a backup that pg_restore can read`, {
          hint: `make one: npx nx run ${service}:backup --to FILE`,
        });
      const tables = await refuse(database, facts, from, replace);
      report.event(
        service,
        'restore',
        `backup of ${facts.takenAt}, Postgres ${facts.serverVersion}${tables > 0 ? `; drops ${tables} tables first` : ''}`,
      );
      await load(pod, admin, file).catch((error: unknown) => {
        if (!(error instanceof CommandError)) throw error;
        const said = error.output.split('\n').filter((line) => /error:|ERROR:|FATAL:/.test(line));
        throw new UserError(`${from} did not go in, and nothing was changed:\n${said.join('\n') || error.message}`);
      });
      report.event(service, 'restore', 'the data is in');
      // Deploys compare with it, and the backup may come from another branch.
      const listed = (await readInventory(api, stack))[service];
      if (listed !== undefined) {
        const migrations = await recordedMigrations(pod, admin);
        await updateInventoryEntry(api, stack, service, { from: listed, to: { ...listed, migrations } });
      }
      const path = `/apis/apps/v1/namespaces/${stack}/deployments/${service}`;
      if ((await api.get<KubernetesObject>(path)) === undefined) return;
      await restartPods({ api, stack, timeoutMs: timeout * 1000, report }, service);
    });
  });
}

/** How many tables the database has. Throws when the backup must not go in. */
async function refuse(
  { pod, admin }: OpenDatabase,
  facts: ArchiveFacts,
  from: string,
  replace: boolean,
): Promise<number> {
  if (facts.database !== pod.service) {
    throw new UserError(`${from} is a backup of ${facts.database}, not of ${pod.service}. Nothing was touched`);
  }
  const [version = '', tables = ''] = (
    await psql(
      pod,
      admin,
      `select current_setting('server_version'), count(c.oid) from (select) as one
       left join pg_class c on relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace::regnamespace::text !~ '^(pg_|information_schema)';`,
    )
  )
    .trim()
    .split('|');
  if (Number.parseInt(facts.serverVersion) > Number.parseInt(version)) {
    throw new UserError(
      `${from} comes from Postgres ${facts.serverVersion}, this database is ${version}: an older one cannot take it. Nothing was touched`,
    );
  }
  if (Number(tables) > 0 && !replace) {
    throw new UserError(`the database of ${pod.service} holds ${tables} tables. Nothing was touched`, {
      hint: '--replace drops what the database holds, and puts the backup in its place',
    });
  }
  return Number(tables);
}

/** One transaction: it is committed only when the file was read to its end and every statement has succeeded. */
async function load(pod: DatabasePod, admin: string, file: string): Promise<void> {
  const owner = (
    await psql(pod, admin, 'select datdba::regrole from pg_database where datname = current_database();')
  ).trim();
  const prologue = `begin;
do $do$
declare
  name text;
begin
  for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', name);
  end loop;
end
$do$;
create schema public authorization pg_database_owner;
grant usage on schema public to public;
set role ${owner};`;
  const script = `{
  printf '%s\\n' "$0"
  pg_restore --no-owner --no-privileges --file=- && echo 'reset role; commit;' ||
    echo "do 'begin raise ''the backup cannot be read to its end''; end';"
} | psql ${connection(pod, admin).join(' ')} --no-psqlrc --quiet --output=/dev/null --set=ON_ERROR_STOP=1`;
  await exec(execArguments(pod, ['sh', '-c', script, prologue]), { input: createReadStream(file) });
}

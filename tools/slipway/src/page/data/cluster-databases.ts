import { messageOf } from '@slipway/util/errors';
import { parseJson } from '@slipway/util/json';
import { type DatabasePod, psql, superuser } from '../../deploy/database/database-pod.ts';
import { loginNames } from '../../deploy/database/login-roles.ts';
import type { PageDatabase, PageTransaction } from './page-types.ts';
import { FACTS, TRANSACTIONS, withoutLiterals } from './probe-database.ts';

/** `detail`: why it could not be asked. */
type Facts = Pick<PageDatabase, 'sizeBytes' | 'connections' | 'transactions' | 'migrations' | 'detail'>;

export type ClusterDatabases = {
  /** What was last seen of the database of a service; asks anew in the background where that is too old. */
  facts(service: string): Facts | undefined;
};

/** Each look starts psql in a pod, ms. */
const LOOK_MS = 5000;

const STATEMENT_MS = 1500;
/** A pod or a node that is away never answers. */
const PSQL_MS = 15_000;

const SCRIPT = `
set statement_timeout = ${STATEMENT_MS};
select to_regclass('public.schema_migrations') is not null as migrated \\gset
\\if :migrated
select count(*) as migrations from public.schema_migrations \\gset
\\else
\\set migrations null
\\endif
select json_build_object('facts', (select row_to_json(f) from (${FACTS}) f), 'migrations', :migrations,
  'transactions', (select coalesce(json_agg(t), '[]') from (${TRANSACTIONS}) t));`;

/** Looks at the databases of a stack by psql in their pods. */
export function clusterDatabases(
  { context, stack }: Pick<DatabasePod, 'context' | 'stack'>,
  run: typeof psql = (pod, user, sql) => psql(pod, user, sql, PSQL_MS),
): ClusterDatabases {
  const seen = new Map<string, { at: number; isAsking: boolean; facts?: Facts }>();
  const admins = new Map<string, string>();
  const ask = async (service: string): Promise<Facts> => {
    const pod = { context, stack, service };
    const admin = admins.get(service) ?? (await superuser(pod, loginNames(service), run));
    admins.set(service, admin);
    return readFacts(await run(pod, admin, SCRIPT));
  };
  return {
    facts(service) {
      const last = seen.get(service);
      if (last?.isAsking !== true && (last === undefined || Date.now() - last.at > LOOK_MS)) {
        seen.set(service, { at: 0, ...last, isAsking: true });
        void ask(service).then(
          (facts) => seen.set(service, { at: Date.now(), isAsking: false, facts }),
          (error: unknown) => seen.set(service, { at: Date.now(), isAsking: false, facts: unasked(error) }),
        );
      }
      return last?.facts;
    },
  };
}

function unasked(error: unknown): Facts {
  return { detail: `psql in its pod: ${messageOf(error).split('\n')[0]}` };
}

function readFacts(output: string): Facts {
  type Row = {
    facts: { size: number; connections: number };
    migrations: number | null;
    transactions: PageTransaction[];
  };
  const { facts, migrations, transactions } = parseJson<Row>(output.trim(), 'what the database says of itself');
  return {
    sizeBytes: facts.size,
    connections: facts.connections,
    transactions: transactions.map((it) => ({ ...it, query: withoutLiterals(it.query) })),
    ...(migrations === null ? {} : { migrations }),
  };
}

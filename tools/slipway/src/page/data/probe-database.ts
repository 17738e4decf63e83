import { codeOf, messageOf } from '@slipway/util/errors';
import type { PageTransaction } from './page-types.ts';

/** The state of a database, or the reason why it does not answer. */
export type DatabaseLook =
  | {
      state: 'ready';
      sizeBytes: number;
      connections: number;
      migrations?: number;
      transactions: PageTransaction[];
    }
  | { state: 'failed'; code: 'database-down' | 'wrong-password' | 'connections-exhausted'; detail: string };

type Login = { host: string; port: number; user: string; password: string; database: string };

/** A database that hangs must not hold up the page, ms. */
const LIMIT_MS = 1500;
const MOST_TRANSACTIONS = 20;

export const TRANSACTIONS = `
  select pid, application_name as client, extract(epoch from clock_timestamp() - coalesce(xact_start, query_start))::float8 as seconds,
         state, left(query, 400) as query, array(select b.pid from pg_stat_activity b where a.pid = any(pg_blocking_pids(b.pid))) as blocks
    from pg_stat_activity a
   where xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'
     and clock_timestamp() - xact_start > interval '1 second'
   order by xact_start limit ${MOST_TRANSACTIONS}`;
export const FACTS = `
  select pg_database_size(current_database())::float8 as size,
         (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as connections,
         to_regclass('public.schema_migrations') is not null as migrated`;

/** Reads the state of a database of this machine over a separate connection. */
export async function probeDatabase(login: Login): Promise<DatabaseLook> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    ...login,
    application_name: 'slipway page',
    connectionTimeoutMillis: LIMIT_MS,
    statement_timeout: LIMIT_MS,
    query_timeout: LIMIT_MS,
  });
  // An error after the connection broke has no query to reject.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows: transactions } = await client.query<PageTransaction>(TRANSACTIONS);
    const { rows } = await client.query<{ size: number; connections: number; migrated: boolean }>(FACTS);
    const { size = 0, connections = 0, migrated = false } = rows[0] ?? {};
    const migrations = migrated
      ? (await client.query<{ count: number }>('select count(*)::int as count from public.schema_migrations')).rows[0]
          ?.count
      : undefined;
    return {
      state: 'ready',
      sizeBytes: size,
      connections,
      ...(migrations === undefined ? {} : { migrations }),
      transactions: transactions.map((transaction) => ({
        ...transaction,
        query: withoutLiterals(transaction.query),
      })),
    };
  } catch (error) {
    return { state: 'failed', code: failureCode(error), detail: messageOf(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function failureCode(error: unknown) {
  const code = codeOf(error);
  if (code === '28P01' || code === '28000') return 'wrong-password' as const;
  return code === '53300' ? ('connections-exhausted' as const) : ('database-down' as const);
}

/** Whichever begins first holds what looks like the others: a comment with a quote, a string with a dash. */
const PARTS = [
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/, // a comment
  /"(?:[^"]|"")*(?:"|$)/, // a name
  /\$(?<tag>(?:[a-z_]\w*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)/,
  /(?<![\w$])e'(?:[^'\\]|\\[\s\S]?|'')*(?:'|$)/, // in which a backslash escapes
  /'(?:[^']|'')*(?:'|$)/,
  /(?<![\w$])\d+(?:\.\d+)?\b/,
];
const PART = new RegExp(PARTS.map(({ source }) => source).join('|'), 'gi');

/** A statement as people may see it: what was typed into it may be personal, or a secret. */
export function withoutLiterals(sql: string): string {
  return sql
    .replace(PART, (part) => (part.startsWith('"') ? part : /^(?:--|\/\*)/.test(part) ? ' ' : '?'))
    .replace(/\s+/g, ' ')
    .trim();
}

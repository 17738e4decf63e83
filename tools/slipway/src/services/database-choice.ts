import { KEYWORD } from '@slipway/keyword';
import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { type RunChoice, runnableProblems } from './build-choice.ts';
import { unknownKeys } from './unknown-keys.ts';

/** How a database gets its tables before the service starts; absent: of a bundle `src/migrate.ts` and the folder `migrations`. */
export type MigrateChoice = RunChoice | 'none';

/** What `database` of a slipway.yaml says. */
export type DatabaseChoice = {
  /** Key of the environment that holds its URL; it need not be declared beside it. */
  url: string;
  migrate?: MigrateChoice;
  /** A database that slipway does not run: the user gives its URL, on kind and here. */
  external?: boolean;
};

const HINT = 'database: { url: DATABASE_URL, migrate: { command: [npx, knex, migrate:latest] } }, or migrate: none';
const KNOWN = ['url', 'migrate', 'external'];

export function databaseProblems(database: unknown): Omit<Problem, 'file'>[] {
  if (database === undefined) return [];
  if (!isObject(database) || typeof database.url !== 'string')
    return [{ key: 'database.url', message: 'is no key of the environment', hint: HINT }];
  const problems = unknownKeys(database, KNOWN, 'database');
  const { migrate, external = false } = database;
  if (migrate !== undefined && migrate !== 'none') problems.push(...runnableProblems('database.migrate', migrate));
  if (typeof external !== 'boolean')
    problems.push({ key: 'database.external', message: 'is neither true nor false', hint: HINT });
  return problems;
}

/** The environment's schema with the key of the database, which slipway.yaml has named. */
export function withDatabaseKey(schema: unknown, database: DatabaseChoice | undefined): unknown {
  if (database === undefined || !isObject(schema) || !isObject(schema.properties)) return schema;
  const { url, external } = database;
  const key = isObject(schema.properties[url]) ? schema.properties[url] : { type: 'string' };
  const source = external === true ? { kind: 'plain', secret: true } : { kind: 'postgres-url' };
  const description = 'URL of the database';
  return { ...schema, properties: { ...schema.properties, [url]: { description, [KEYWORD]: source, ...key } } };
}

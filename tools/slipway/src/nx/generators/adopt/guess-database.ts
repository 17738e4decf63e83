import type { Argv } from '@slipway/util/exec';
import type { DatabaseChoice } from '../../../services/database-choice.ts';

/** A tool that migrates: its files, relative to the app, and its command by the file that is there. */
type Tool = { name: string; files: string[]; command: (file: string) => Argv };

const variants = (stem: string) => ['ts', 'mts', 'js', 'mjs', 'cjs'].map((extension) => `${stem}.${extension}`);
const TOOLS: Tool[] = [
  {
    name: 'Prisma',
    files: ['prisma/schema.prisma', 'schema.prisma'],
    command: (file) => ['npx', 'prisma', 'migrate', 'deploy', ...(file === 'schema.prisma' ? ['--schema', file] : [])],
  },
  {
    name: 'Drizzle',
    files: variants('drizzle.config'),
    command: (file) => ['npx', 'drizzle-kit', 'migrate', ...(file === 'drizzle.config.ts' ? [] : ['--config', file])],
  },
  {
    name: 'knex',
    files: variants('knexfile'),
    command: (file) => ['npx', 'knex', 'migrate:latest', '--knexfile', file],
  },
];
const URL_KEY = /(?:process\.env\.|process\.env\[['"]|env\(['"])([A-Z][A-Z0-9_]*_UR[IL])\b/;
const USUAL_KEYS = ['DATABASE_URL', 'POSTGRES_URL', 'PG_URL'];
const OTHER_DATABASE =
  /provider\s*=\s*"(mysql|sqlite|sqlserver|mongodb)"|dialect:\s*['"](mysql|sqlite|turso|singlestore)['"]|client:\s*['"](mysql2?|sqlite3|better-sqlite3|mssql|oracledb)['"]/;

/** Also where another one is named: knex's own template has SQLite for development and Postgres for the rest. */
const POSTGRES = /['"](?:pg|pg-native|postgres|postgresql|cockroachdb)['"]/;

export type DatabaseGuess = { database?: DatabaseChoice; guesses: string[] };

/** `read` gives a file of the app; `keys` are those that its sources or its schema of the environment name. */
export function guessDatabase(read: (path: string) => string | undefined, keys: string[]): DatabaseGuess {
  const usual = USUAL_KEYS.find((key) => keys.includes(key));
  for (const { name, files, command } of TOOLS) {
    const file = files.find((path) => read(path) !== undefined);
    if (file === undefined) continue;
    const text = read(file)!;
    const url = URL_KEY.exec(text)?.[1] ?? usual ?? USUAL_KEYS[0]!;
    const named = OTHER_DATABASE.exec(text)?.slice(1);
    const other = POSTGRES.test(text) ? undefined : named?.find((found) => found !== undefined);
    // Prisma migrates no MongoDB.
    const migrate = other === 'mongodb' ? 'none' : { command: command(file) };
    if (other === undefined)
      return { database: { url, migrate }, guesses: [`${name} migrates its database, whose URL is ${url}: ${file}`] };
    const guess = `${file} names ${other}, which slipway does not run: give ${url} yourself`;
    return { database: { url, migrate, external: true }, guesses: [guess] };
  }
  if (usual === undefined) return { guesses: [] };
  const migrations = read('src/migrate.ts') === undefined ? 'no migrations were found' : 'src/migrate.ts migrates it';
  return { database: { url: usual }, guesses: [`${usual} is the URL of its own Postgres; ${migrations}`] };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { TargetConfiguration } from '@nx/devkit';
import { appFacts } from '../../../src/nx/generators/adopt/app-facts.ts';
import { guessBuild } from '../../../src/nx/generators/adopt/guess-build.ts';
import { guessDatabase } from '../../../src/nx/generators/adopt/guess-database.ts';
import { serviceFileText } from '../../../src/nx/generators/adopt/service-file-text.ts';

const NEST = "import { NestFactory } from '@nestjs/core';";
const main = (build: TargetConfiguration, files = ['src/main.ts'], sources = [NEST]) =>
  guessBuild({ root: 'apps/api', targets: { build } }, (path) => files.includes(path), sources);

test('an app without decorators is bundled, whatever else it has', () => {
  assert.deepEqual(main({ outputs: ['{projectRoot}/dist'] }, ['src/main.ts', 'Dockerfile'], ['export {}']), {});
});

const builds: [string, TargetConfiguration, object][] = [
  ['webpack, as @nx/nest has it', { outputs: ['{workspaceRoot}/apps/api/dist'] }, { entry: 'dist/main.js' }],
  ['tsc with a folder of its own', { outputs: ['{projectRoot}/out'] }, { entry: 'out/main.js' }],
  [
    '@nx/esbuild, by its options',
    { options: { outputPath: 'dist/apps/api', main: 'apps/api/src/server.ts' }, outputs: ['{options.outputPath}'] },
    { entry: '{workspaceRoot}/dist/apps/api/server.js' },
  ],
];
for (const [what, build, expected] of builds) {
  test(`decorators take the target build: ${what}`, () => {
    assert.deepEqual(main(build).build, { target: 'build', ...expected });
  });
}

test('a target that does not say what it makes is not taken; what is missing is said', () => {
  assert.equal(main({ outputs: ['{projectRoot}/**/*.js'] }).build, undefined);
  assert.match(main({ outputs: ['{projectRoot}/**/*.js'] }).guess!, /add build: \{ target, entry \}/);
  assert.match(main({ outputs: ['{projectRoot}'] }).guess!, /add build/, 'the whole folder is no output');
  assert.match(main({}, []).guess!, /src\/main\.ts is missing/);
});

test('without src/main.ts, a Dockerfile builds the image', () => {
  const { build } = guessBuild({ root: 'services/go' }, (path) => path === 'Dockerfile', []);
  assert.deepEqual(build, { dockerfile: 'Dockerfile' });
});

const database = (files: Record<string, string>, keys: string[] = []) => guessDatabase((path) => files[path], keys);
const databases: [string, Record<string, string>, object][] = [
  [
    'Prisma',
    { 'prisma/schema.prisma': 'datasource db {\n provider = "postgresql"\n url = env("STORE_URL")\n}' },
    { url: 'STORE_URL', migrate: { command: ['npx', 'prisma', 'migrate', 'deploy'] } },
  ],
  [
    'Drizzle',
    { 'drizzle.config.ts': "export default { dialect: 'postgresql', dbCredentials: { url: process.env.PG_URL! } }" },
    { url: 'PG_URL', migrate: { command: ['npx', 'drizzle-kit', 'migrate'] } },
  ],
  [
    'Drizzle in JavaScript',
    { 'drizzle.config.mjs': "export default { dialect: 'postgresql' }" },
    { url: 'DATABASE_URL', migrate: { command: ['npx', 'drizzle-kit', 'migrate', '--config', 'drizzle.config.mjs'] } },
  ],
  [
    'knex',
    { 'knexfile.cjs': "module.exports = { client: 'pg', connection: process.env['DATABASE_URL'] }" },
    { url: 'DATABASE_URL', migrate: { command: ['npx', 'knex', 'migrate:latest', '--knexfile', 'knexfile.cjs'] } },
  ],
  [
    'MySQL, which slipway does not run',
    { 'prisma/schema.prisma': 'provider = "mysql"\nurl = env("DATABASE_URL")' },
    { url: 'DATABASE_URL', migrate: { command: ['npx', 'prisma', 'migrate', 'deploy'] }, external: true },
  ],
  [
    'MongoDB, which Prisma does not migrate',
    { 'schema.prisma': 'provider = "mongodb"\nurl = env("DATABASE_URL")' },
    { url: 'DATABASE_URL', migrate: 'none', external: true },
  ],
  [
    "knex's own template, with SQLite for development",
    { 'knexfile.js': "module.exports = { development: { client: 'sqlite3' }, production: { client: 'postgresql' } }" },
    { url: 'DATABASE_URL', migrate: { command: ['npx', 'knex', 'migrate:latest', '--knexfile', 'knexfile.js'] } },
  ],
];
for (const [what, files, expected] of databases) {
  test(`a database by its tool: ${what}`, () => assert.deepEqual(database(files).database, expected));
}

test('a database by its key alone has no migrations; no key is no database', () => {
  assert.deepEqual(database({}, ['DATABASE_URL']).database, { url: 'DATABASE_URL' });
  assert.equal(database({}, ['HELLO_URL', 'REDIS_URL']).database, undefined);
  const own = database({ 'src/migrate.ts': '' }, ['DATABASE_URL']);
  assert.match(own.guesses.join(), /src\/migrate\.ts migrates it/);
});

test('slipway.yaml says build and database, and the key of the database once', () => {
  const facts = appFacts(["process.env.DATABASE_URL; app.listen(process.env.PORT ?? 3000); app.get('/health')"]);
  const { database: found } = database({}, ['DATABASE_URL']);
  const { text } = serviceFileText(facts, {
    localPort: 3001,
    services: [],
    build: { target: 'build', entry: 'dist/main.js' },
    database: found,
  });
  const { build, database: said, environment } = parse(text) as Record<string, object>;
  assert.deepEqual([build, said], [{ target: 'build', entry: 'dist/main.js' }, { url: 'DATABASE_URL' }]);
  assert.deepEqual(Object.keys((environment as { properties: object }).properties), ['PORT']);
});

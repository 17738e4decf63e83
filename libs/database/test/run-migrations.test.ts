import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runMigrations } from '@shop/database/run-migrations';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';

let server: TestDatabase;
before(async () => {
  server = await startTestDatabase();
});
after(() => server.close());

/** A service's folder with one migration, and its migrate.ts run there in this process with these variables. */
async function setUp(t: TestContext, sql: string) {
  const root = await mkdtemp(join(tmpdir(), 'service-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'migrations'));
  const write = (text: string) => writeFile(join(root, 'migrations', '0001_a.sql'), text);
  await write(sql);
  const run = async (env: Record<string, string>) => {
    let output = '';
    let errors = '';
    // A fake, so that nothing of the real process changes.
    const fake = Object.assign(new EventEmitter(), {
      env,
      exitCode: 0,
      stdout: { write: (text: string) => (output += text) },
      stderr: { write: (text: string) => (errors += text) },
    });
    const moduleUrl = pathToFileURL(join(root, 'src', 'migrate.ts')).href;
    await runMigrations({ service: 'shop', process: fake as unknown as NodeJS.Process, moduleUrl, patienceMs: 500 });
    return { exitCode: fake.exitCode, output, errors };
  };
  return { write, run };
}

test('what helps with an edited file is named for the place where it was found', async (t) => {
  const { write, run } = await setUp(t, 'create table a (id int)');
  const databaseUrl = await server.create();
  const { exitCode, output } = await run({ DATABASE_URL: databaseUrl });
  assert.equal(exitCode, 0);
  assert.match(output, /"migration":"0001_a"/);
  await write('create table b (id int)');
  const here = await run({ DATABASE_URL: databaseUrl });
  assert.equal(here.exitCode, 1);
  assert.match(
    here.errors,
    /^shop: migration 0001_a\.sql: was edited after it was applied.*\n.*npx nx run shop:reset --local\n$/,
  );
  const inPod = await run({ DATABASE_URL: databaseUrl, KUBERNETES_SERVICE_HOST: '10.96.0.1' });
  assert.match(inPod.errors, /npx nx run shop:reset, with --context where the deploy had one\n$/);
});

test('an environment without its database has an exit code of its own', async (t) => {
  const { run } = await setUp(t, 'select 1');
  const { exitCode, errors } = await run({});
  assert.equal(exitCode, 78);
  assert.match(errors, /DATABASE_URL/);
});

test('a database that does not come has an exit code of its own: another try may find it', async (t) => {
  const { run } = await setUp(t, 'select 1');
  const { exitCode, errors } = await run({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  assert.equal(exitCode, 69);
  assert.match(errors, /^shop: no database after 1 s: .*ECONNREFUSED/);
});

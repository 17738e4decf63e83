import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localProgram } from '../../src/dev/local/local-program.ts';
import { entryPath, outputFolder } from '../../src/services/build-entry.ts';
import { migrationOf } from '../../src/services/migrate-command.ts';
import { readServiceSpec } from '../../src/services/read-service.ts';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { workspaceWith, write } from '../support/workspace-with.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('slipway.yaml says how a service is built, run and migrated, and which key has its port', async (t) => {
  const text = `http: { port: HTTP_PORT, management: ADMIN_PORT, ready: /ready }
build: { target: build, entry: dist/main.js }
run: { command: [node, dist/main.js] }
database: { url: DB_URL, migrate: { command: [npx, knex, migrate:latest] } }
environment: { properties: { HTTP_PORT: { default: 8080 }, ADMIN_PORT: { default: 9090 } } }
`;
  const spec = await readServiceSpec(workspaceWith(t, { 'apps/a/slipway.yaml': text }), 'apps/a');
  assert.deepEqual(spec.build, { target: 'build', entry: 'dist/main.js' });
  assert.deepEqual(spec.run, { command: ['node', 'dist/main.js'] });
  assert.equal(spec.hasDatabase, true);
  const url = spec.keys.find(({ name }) => name === 'DB_URL');
  assert.deepEqual([url?.secret, url?.source.kind], [true, 'postgres-url']);
});

test('a database of somebody else is a secret that has to be given, and none of slipway', async (t) => {
  const text = 'database: { url: DATABASE_URL, external: true }';
  const spec = await readServiceSpec(workspaceWith(t, { 'apps/a/slipway.yaml': text }), 'apps/a');
  assert.equal(spec.hasDatabase, false);
  assert.deepEqual(spec.keys.find(({ name }) => name === 'DATABASE_URL')?.source, { kind: 'plain', secret: true });
});

const broken: [string, string, RegExp][] = [
  ['two ways to build', 'build: { dockerfile: Dockerfile, target: build }', /build.*exactly one way/],
  ['no way to build', 'build: {}', /build.*exactly one way to build/],
  ['a target without an entry', 'build: { target: build }', /build\.entry.*is missing/],
  ['an entry that no Node runs', 'build: { target: build, entry: dist/main.ts }', /build\.entry.*no JavaScript/],
  ['an entry beside the sources', 'build: { target: build, entry: main.js }', /build\.entry.*in a folder/],
  ['an entry beside the sources, by ./', 'build: { target: b, entry: ./main.js }', /build\.entry.*folder of its own/],
  ['an entry beside the sources, by a detour', 'build: { target: b, entry: dist/../main.js }', /all of apps\/a would/],
  [
    'an entry beside the sources, by its root',
    "build: { target: b, entry: '{projectRoot}/main.js' }",
    /all of apps\/a would/,
  ],
  ['an entry of the workspace', "build: { target: b, entry: '{workspaceRoot}/main.js' }", /own: all of \. would/],
  ['an entry above', "build: { target: b, entry: '{workspaceRoot}/apps/main.js' }", /own: all of apps would/],
  [
    'an entry of another service',
    'build: { target: b, entry: ../x/dist/main.js }',
    /outside of apps\/a[\s\S]*entry: '\{workspaceRoot\}\/apps\/x\/dist\/main\.js'/,
  ],
  ['an entry above the workspace', 'build: { target: b, entry: ../../../x/main.js }', /outside of the workspace/],
  ['an absolute entry', 'build: { target: b, entry: /dist/main.js }', /outside of the workspace/],
  ['a surplus key', 'build: { dockerfile: Dockerfile, entry: x }', /build\.entry.*is not known/],
  ['a tag', 'build: { image: nginx:1 }', /build\.image.*names no digest[\s\S]*docker pull nginx:1/],
  ['half a digest', 'build: { image: nginx@sha256:12 }', /build\.image.*names no digest/],
  ['a command that is a sentence', 'run: { command: npm start }', /run\.command.*no list/],
  ['neither target nor command', 'run: {}', /run.*neither/],
  ['a port by number', 'http: { port: 8080 }', /http\.port.*no key of the environment/],
  ['a port that is not declared', 'http: { port: HTTP_PORT }', /HTTP_PORT as a port/],
  ['a database without a key', 'database: { migrate: none }', /database\.url/],
  ['migrations by a word', 'database: { url: DATABASE_URL, migrate: knex }', /database\.migrate/],
];
for (const [what, text, message] of broken) {
  test(`a problem that names file and key: ${what}`, async (t) => {
    const root = workspaceWith(t, { 'apps/a/slipway.yaml': text });
    await assert.rejects(readServiceSpec(root, 'apps/a'), (error) => {
      assert.ok(error instanceof ValidationError);
      assert.match(error.message, /apps\/a\/slipway\.yaml/);
      assert.match(error.message, message);
      return true;
    });
  });
}

const entries: [string, string, string][] = [
  ['dist/main.js', 'apps/a/dist/main.js', 'apps/a/dist'],
  ['./dist/src/main.mjs', 'apps/a/dist/src/main.mjs', 'apps/a/dist'],
  ['{projectRoot}/dist/main.js', 'apps/a/dist/main.js', 'apps/a/dist'],
  ['{workspaceRoot}/dist/apps/a/main.js', 'dist/apps/a/main.js', 'dist/apps/a'],
  ['{workspaceRoot}/apps/x/dist/main.js', 'apps/x/dist/main.js', 'apps/x/dist'],
];
for (const [entry, path, output] of entries) {
  test(`an entry in a folder of its own, which is taken whole: ${entry}`, async (t) => {
    const root = workspaceWith(t, { 'apps/a/slipway.yaml': `build: { target: build, entry: '${entry}' }` });
    const { build } = await readServiceSpec(root, 'apps/a');
    assert.deepEqual(build, { target: 'build', entry });
    assert.deepEqual([entryPath('apps/a', { entry }), outputFolder('apps/a', path)], [path, output]);
  });
}

test('an image is taken by its digest', async (t) => {
  const root = workspaceWith(t, { 'apps/a/slipway.yaml': `build: { image: registry.example/a@${DIGEST} }` });
  assert.deepEqual((await readServiceSpec(root, 'apps/a')).build, { image: `registry.example/a@${DIGEST}` });
});

const migrations: [string, Record<string, string>, unknown][] = [
  [
    'a script of package.json',
    { 'apps/a/package.json': '{"scripts":{"db":"knex migrate:latest"}}' },
    ['npx', 'knex', 'migrate:latest'],
  ],
  [
    'a command of a target',
    { 'apps/a/project.json': '{"targets":{"db":{"command":"npx drizzle-kit migrate"}}}' },
    ['npx', 'drizzle-kit', 'migrate'],
  ],
  [
    'options of nx:run-commands',
    { 'apps/a/project.json': '{"targets":{"db":{"options":{"command":"node db.mjs"}}}}' },
    ['node', 'db.mjs'],
  ],
  [
    'a project.json with comments, as Nx reads it',
    { 'apps/a/project.json': '{\n// migrates\n"targets":{"db":{"command":"node db.mjs",},},\n}' },
    ['node', 'db.mjs'],
  ],
  ['what takes a shell', { 'apps/a/package.json': '{"scripts":{"db":"cd db && knex migrate:latest"}}' }, undefined],
  ['what is not there', {}, undefined],
];
for (const [what, files, command] of migrations) {
  test(`a target that migrates is its command in a pod: ${what}`, async (t) => {
    const text = 'database: { url: DATABASE_URL, migrate: { target: db } }';
    const root = workspaceWith(t, { 'apps/a/slipway.yaml': text, ...files });
    const migration = migrationOf(root, await readServiceSpec(root, 'apps/a'));
    assert.ok(typeof migration === 'object');
    if (command === undefined)
      assert.ok('problem' in migration && /migrate: \{ command/.test(migration.problem.hint ?? ''));
    else assert.deepEqual(migration, { command });
  });
}

const builds = [
  'build: { target: build, entry: dist/main.js }',
  'build: { dockerfile: Dockerfile }',
  `build: { image: registry.example/a@${DIGEST} }`,
];
const databases = [
  'database: { url: DB_URL }',
  'environment: { properties: { DB_URL: { x-slipway: { kind: postgres-url } } } }',
];
for (const build of builds)
  for (const database of databases)
    test(`only a bundle has slipway's migrations: ${build}, ${database.split(':')[0]}`, async (t) => {
      const root = workspaceWith(t, { 'apps/a/slipway.yaml': `${build}\n${database}`, 'apps/a/src/main.ts': '' });
      const migration = async () => migrationOf(root, await readServiceSpec(root, 'apps/a'));
      assert.equal(await migration(), 'none');
      write(root, 'apps/a/src/migrate.ts', '');
      write(root, 'apps/a/migrations/0001_a.sql', 'select 1;');
      const said = await migration();
      assert.ok(typeof said === 'object' && 'problem' in said);
      assert.equal(said.problem.file, 'apps/a/slipway.yaml');
      const [hint, other] = said.problem.hint?.split(', or ') ?? [];
      assert.equal(other, 'migrate: none');
      const rest = database.startsWith('database') ? '' : database;
      write(root, 'apps/a/slipway.yaml', `${build}\n${rest}\n${hint}`);
      assert.deepEqual(await migration(), { command: ['node', 'dist/migrate.js'] });
      write(root, 'apps/a/slipway.yaml', `${build}\n${rest}\ndatabase: { url: DB_URL, migrate: none }`);
      assert.equal(await migration(), 'none');
    });

test("a bundle with src/migrate.ts has slipway's migrations", async (t) => {
  const files = { 'apps/a/slipway.yaml': 'database: { url: DB_URL }', 'apps/a/src/migrate.ts': '' };
  const root = workspaceWith(t, files);
  assert.equal(migrationOf(root, await readServiceSpec(root, 'apps/a')), 'builtin');
});

test('a process on this machine does not start without the migrations that nobody runs', async (t) => {
  const text = `build: { dockerfile: Dockerfile }\nrun: { command: [go, run, .] }\ndatabase: { url: DB_URL }`;
  const root = workspaceWith(t, { 'apps/a/slipway.yaml': text, 'apps/a/src/migrate.ts': '' });
  await assert.rejects(localProgram(root, await readServiceSpec(root, 'apps/a')), /database\.migrate.*is missing/);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { schemaTexts } from '../../scripts/schemas.ts';
import { kindConfigText } from '../../src/nx/generators/init/kind-config-text.ts';
import { readServiceFile } from '../../src/services/service-file.ts';
import { workspaceWith } from '../support/workspace-with.ts';

const packageFolder = join(import.meta.dirname, '../..');
const published = (name: string) =>
  JSON.parse(readFileSync(join(packageFolder, 'schemas', name), 'utf8')) as { $schema: string };
/** As an editor checks a file. */
const check = (name: string) => new Ajv({ strict: false, allErrors: true }).compile(published(name));

test('the schemas in the package are current; else: node tools/slipway/scripts/schemas.ts', async () => {
  for (const [name, text] of Object.entries(await schemaTexts()))
    assert.equal(readFileSync(join(packageFolder, 'schemas', name), 'utf8'), text, name);
});

const digest = `sha256:${'0'.repeat(64)}`;
const right = [
  '',
  'http: { ready: /health, live: /livez, port: SERVER_PORT, management: ADMIN_PORT }',
  'environment: src/env.ts#Env',
  'environment: env.schema.json',
  'environment: { properties: { PORT: { type: integer, x-slipway: { kind: plain, local: "3001" } } } }',
  'environment: { from: src/env.ts#Env, properties: { TOKEN: { x-slipway: { kind: plain, secret: true } } } }',
  'calls: { HELLO_URL: hello }',
  'build: { target: build, entry: dist/main.js }',
  'build: { dockerfile: Dockerfile, context: .. }',
  `build: { image: 'registry.example/api@${digest}' }`,
  'run: { command: [go, run, .] }',
  'run: { target: serve }',
  'database: { url: DATABASE_URL, migrate: { command: [npx, knex, migrate:latest] } }',
  'database: { url: DATABASE_URL, migrate: none, external: true }',
];
const wrong = [
  'htpp: {}',
  'http: { ready: health }',
  'http: { readyness: /x }',
  'http: { port: http-port }',
  'environment: src/env.ts',
  'environment: { PORT: 1 }',
  'environment: { properties: { PORT: 1 }, required: PORT }',
  'calls: { HELLO_URL: 1 }',
  'build: {}',
  'build: { target: build }',
  'build: { target: build, entry: dist/main.ts }',
  'build: { dockerfile: Dockerfile, image: x }',
  'build: { image: registry.example/api:1 }',
  'build: { dockerfile: Dockerfile, target: build }',
  'run: { command: go run . }',
  'run: { command: [] }',
  'run: {}',
  'database: {}',
  'database: { url: DATABASE_URL, migrate: yes please }',
  'database: { url: DATABASE_URL, external: maybe }',
];
const validate = check('slipway.schema.json');
const read = (t: Parameters<typeof workspaceWith>[0], text: string) =>
  readServiceFile(workspaceWith(t, { 'apps/a/slipway.yaml': text }), 'apps/a');

for (const text of right)
  test(`an editor and slipway accept: ${text || 'an empty file'}`, (t) => {
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    assert.doesNotThrow(() => read(t, text));
  });
for (const text of wrong)
  test(`an editor and slipway refuse: ${text}`, (t) => {
    assert.equal(validate(parse(text)), false);
    assert.throws(() => read(t, text), /apps\/a\/slipway\.yaml/);
  });

test('an editor knows the keyword x-slipway beside the keys of an environment', () => {
  const kind = (name: string) => ({ environment: { properties: { KEY: { 'x-slipway': { kind: name } } } } });
  assert.deepEqual([validate(kind('plain')), validate(kind('palin'))], [true, false]);
});

test('what init and this repository say in deploy/kind.yaml fits the schema of it; a typing error does not', () => {
  const ofKind = check('kind.schema.json');
  const ours = readFileSync(join(packageFolder, '../../deploy/kind.yaml'), 'utf8');
  for (const text of [kindConfigText('acme'), ours]) assert.ok(ofKind(parse(text)), JSON.stringify(ofKind.errors));
  assert.equal(ofKind({ kind: 'Cluster', nodes: [{ role: 'control-plane', extraPortMapings: [] }] }), false);
});

test('the comment that init writes names a file of the package', () => {
  const [, path] = /\$schema=\.\.\/node_modules\/slipway\/(\S+)/.exec(kindConfigText('acme')) ?? [];
  assert.ok(published(path!.replace('schemas/', '')).$schema);
});

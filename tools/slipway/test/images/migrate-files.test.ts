import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateFiles } from '../../src/images/layers/migrate-files.ts';
import { hashOfFiles } from '../../src/images/layers/service-layers.ts';
import { freePorts } from '../../src/dev/local/free-ports.ts';
import type { MigrateChoice } from '../../src/services/database-choice.ts';
import { workspaceWith } from '../support/workspace-with.ts';
import { shopSpec } from './fixture-service.ts';

/** A stand-in for knex and the like: says what it was called with, and where. */
const tool = {
  'node_modules/@other/migrator/package.json': '{"name":"@other/migrator","bin":{"migrator":"bin/cli.cjs"}}',
  'node_modules/@other/migrator/bin/cli.cjs':
    "console.log(process.argv.slice(2).join(' '), require('node:fs').existsSync('migrations/1.sql'), require.main === module);",
  'package.json': '{"devDependencies":{"@other/migrator":"1"}}',
};
const files = (migrate: MigrateChoice, root: string) =>
  migrateFiles(root, { ...shopSpec, hasDatabase: true, database: { url: 'DATABASE_URL', migrate } });

test('a tool of any package goes into the image with the files of the service, and runs there', (t) => {
  const root = workspaceWith(t, { ...tool, 'apps/shop/migrations/1.sql': 'x', 'apps/shop/.env': 'SECRET=1' });
  const made = files({ command: ['npx', 'migrator', 'up', '--all'] }, root);
  assert.deepEqual(made.packages, ['node_modules/@other/migrator']);
  assert.deepEqual(
    made.files.map(({ path }) => path),
    ['apps/shop/migrations/1.sql', 'apps/shop/migrate.mjs'],
  );
  unpack(root, made.files);
  const said = execFileSync(process.execPath, ['migrate.mjs'], { cwd: join(root, 'apps/shop'), encoding: 'utf8' });
  assert.equal(said, 'up --all true true\n');
});

test('it waits for the database, whose network may open later, and ends as the tool ends', async (t) => {
  const root = workspaceWith(t, { 'apps/shop/db.mjs': "console.log('ran'); process.exit(3);" });
  unpack(root, files({ command: ['node', 'db.mjs'] }, root).files);
  const [port] = await freePorts(1);
  const databaseUrl = `postgres://a:b@127.0.0.1:${port}/c`;
  const child = spawn(process.execPath, ['migrate.mjs'], {
    cwd: join(root, 'apps/shop'),
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await sleep(1_000);
  assert.equal(said, '');
  const server = createServer((socket) => socket.end()).listen(port, '127.0.0.1');
  t.after(() => server.close());
  const [code] = (await once(child, 'close')) as [number];
  assert.deepEqual([said, code], ['ran\n', 3]);
});

test('a tool that is not installed is a problem of slipway.yaml', (t) => {
  const root = workspaceWith(t, tool);
  assert.throws(
    () => files({ command: ['npx', 'knex', 'migrate:latest'] }, root),
    /slipway\.yaml[\s\S]*"knex"[\s\S]*npm install knex/,
  );
});

test('none is none', (t) => {
  assert.deepEqual(files('none', workspaceWith(t, tool)), { files: [], packages: [] });
});

function unpack(root: string, made: { path: string; bytes: Uint8Array }[]): void {
  for (const { path, bytes } of made) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}

test('files count by their bytes, also those of no text, and by where one ends', () => {
  const hash = (...files: [string, number[]][]) =>
    hashOfFiles(files.map(([path, bytes]) => ({ path, bytes: Buffer.from(bytes) })));
  const all = [
    hash(['a.bin', [0x80]]),
    hash(['a.bin', [0x81]]),
    hash(['a.bin', [0xef, 0xbf, 0xbd]]),
    hash(['b.bin', [0x80]]),
    hash(['a', [0x62]], ['c', []]),
    hash(['a', []], ['bc', []]),
  ];
  assert.equal(new Set(all).size, all.length);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DatabaseUnavailable, readinessChecks } from '@shop/database';
import { migrate } from '@shop/database/migrate';
import { startTestDatabase } from '@slipway/testing/postgres';

const log = { info: () => {}, warn: () => {} };

test('a service is ready when its database answers and every migration of its build is applied', async (t) => {
  const server = await startTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  const url = await server.create();
  const { checks, close } = readinessChecks({ url, folder, applicationName: 'test', log });
  t.after(async () => {
    await close();
    await server.close();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, '0001_first.sql'), 'create table first (id int)');
  assert.equal(await checks.migrations(), 'not applied: 0001_first');
  await migrate({ databaseUrl: url, folder, log, reset: 'RESET' });
  assert.deepEqual([await checks.database(), await checks.migrations()], [undefined, undefined]);
  await server.stop();
  await assert.rejects(checks.database(), DatabaseUnavailable);
});

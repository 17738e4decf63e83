import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restore } from '../../../src/operate/database/restore.ts';
import { fakeKubectl } from '../../support/fake-kubectl.ts';
import { fakeStack } from '../../support/fake-stack.ts';

const listing = (database: string, version = '16.2') =>
  [
    '; Archive created at 2026-01-02 03:04:05 UTC',
    `;     dbname: ${database}`,
    `;     Dumped from database version: ${version}`,
    '',
  ].join('\n');

/** Restores `there.dump`, of which pg_restore says `list`, into a database with so many tables. */
async function run({ list, tables = 0, replace = false }: { list: string; tables?: number; replace?: boolean }) {
  const { api, session, settings } = await fakeStack();
  const kubectl = fakeKubectl([
    { asked: 'pg_restore --list', answer: list },
    { asked: 'oid = 10', answer: 'alpha\n' },
    { asked: 'server_version', answer: `16.4|${tables}\n` },
    { asked: 'datdba::regrole', answer: 'alpha_owner\n' },
  ]);
  const stack = session();
  api.writes.length = 0;
  try {
    await restore(stack, 'alpha', { from: 'there.dump', replace, timeout: 20, context: 'kind-fake' });
  } finally {
    kubectl.restore();
    assert.ok(![...api.objects.keys()].some((path) => path.includes('/leases/')), 'the lock is given back');
  }
  return { lines: stack.report.lines, writes: api.writes, stack: settings.stack };
}

test('a backup goes in, and the service gets new pods that are waited for', async () => {
  const { lines, writes, stack } = await run({ list: listing('alpha') });
  assert.deepEqual(lines, [
    'alpha restore backup of 2026-01-02 03:04:05 UTC, Postgres 16.2',
    'alpha restore the data is in',
    'alpha ready restarted with new pods',
  ]);
  assert.ok(writes.includes(`PATCH /apis/apps/v1/namespaces/${stack}/deployments/alpha`));
});

for (const [what, scene, message] of [
  ['no backup', { list: 'pg_restore: error' }, /is not a backup that pg_restore can read/],
  ['a backup of another service', { list: listing('beta') }, /is a backup of beta, not of alpha\. Nothing was touched/],
  ['a newer Postgres', { list: listing('alpha', '17.1') }, /comes from Postgres 17\.1.*Nothing was touched/],
  ['a database that holds something', { list: listing('alpha'), tables: 3 }, /holds 3 tables\. Nothing was touched/],
] as const) {
  test(`${what} is refused`, async () => {
    await assert.rejects(run(scene), message);
  });
}

test('with --replace what the database holds is dropped', async () => {
  const { lines } = await run({ list: listing('alpha'), tables: 3, replace: true });
  assert.match(lines[0]!, /drops 3 tables first/);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertProblem } from '@slipway/testing/http';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';
import pg from 'pg';
import { admin, gatewayKey, migrateUserDatabase, startUserService, stopService } from './start-user-service.ts';

let database: TestDatabase;
let databaseUrl: string;
let replicas: Awaited<ReturnType<typeof startUserService>>[];

before(async () => {
  database = await startTestDatabase();
  databaseUrl = await database.create();
  await migrateUserDatabase(databaseUrl);
  replicas = [await startUserService(databaseUrl), await startUserService(databaseUrl)];
});
after(async () => {
  await Promise.all(replicas.map(stopService));
  await database.close();
});

let turn = 0;
function signIn(client: string, email: string, password: string, key = gatewayKey) {
  const replica = replicas[turn++ % replicas.length];
  assert.ok(replica);
  return replica.api.call('POST', '/api/v1/sessions', {
    body: { email, password },
    headers: { 'x-client-address': client, 'x-service-key': key },
  });
}

test('ten failures of one pair, at whichever replica, block that pair and no other', async () => {
  for (let n = 0; n < 10; n++)
    assertProblem(
      await signIn('10.0.0.1', n % 2 ? admin.email : admin.email.toUpperCase(), 'wrong password'),
      401,
      'invalid-credentials',
    );
  const blocked = await signIn('10.0.0.1', admin.email, admin.password);
  assertProblem(blocked, 429, 'too-many-attempts');
  const retryAfter = Number(blocked.headers.get('retry-after'));
  assert.ok(retryAfter >= 1 && retryAfter <= 60);
  assert.equal((await signIn('10.0.0.2', admin.email, admin.password)).status, 201);
  assertProblem(await signIn('10.0.0.1', 'other@example.com', 'wrong password'), 401, 'invalid-credentials');

  // A minute later.
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query("update login_failures set failed_at = failed_at - interval '61 seconds'");
  await client.end();
  assert.equal((await signIn('10.0.0.1', admin.email, admin.password)).status, 201);
});

test('failures at the same time are counted too', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => signIn('10.0.1.1', 'many@example.com', 'wrong password')),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), ...Array<number>(2).fill(429)]);
});

test('every spelling of an address that reaches an account counts for that account', async () => {
  // The database's lower case of İ is i, JavaScript's is not.
  const dotted = admin.email.replaceAll('i', '\u0130');
  assert.equal((await signIn('10.0.4.1', dotted, admin.password)).status, 201);
  for (let n = 0; n < 10; n++) await signIn('10.0.4.1', n % 2 ? admin.email : dotted, 'wrong password');
  assertProblem(await signIn('10.0.4.1', dotted, 'wrong password'), 429, 'too-many-attempts');
});

test('good logins are never limited', async () => {
  for (let n = 0; n < 3; n++) {
    const many = Array.from({ length: 4 }, () => signIn('10.0.2.1', admin.email, admin.password));
    for (const { status } of await Promise.all(many)) assert.equal(status, 201);
  }
});

test('without the credential of the gateway the address that is passed on means nothing', async () => {
  for (let n = 0; n < 10; n++) await signIn(`10.0.3.${n}`, 'forged@example.com', 'wrong password', 'x'.repeat(32));
  assertProblem(
    await signIn('10.0.3.99', 'forged@example.com', 'wrong password', 'x'.repeat(32)),
    429,
    'too-many-attempts',
  );
  assertProblem(await signIn('10.0.3.99', 'forged@example.com', 'wrong password'), 401, 'invalid-credentials');
});

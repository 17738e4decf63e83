import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '@slipway/testing/http';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';
import { admin, gatewayKey, migrateUserDatabase, startUserService, stopService } from './start-user-service.ts';

let database: TestDatabase;
let databaseUrl: string;
before(async () => {
  database = await startTestDatabase();
  databaseUrl = await database.create();
  await migrateUserDatabase(databaseUrl);
});
after(() => database.close());

async function start(t: TestContext, environment: Record<string, string>) {
  // What a test brings at once may take its time on a busy machine, and must not count as a flood.
  const service = await startUserService(databaseUrl, undefined, { HASH_QUEUE_CALM_LIMIT: '100', ...environment });
  t.after(() => stopService(service));
  const as = (client: string) => ({ 'x-client-address': client, 'x-service-key': gatewayKey });
  const metric = async (name: string, labels: Record<string, string> = {}) => {
    const { values } = (await service.metrics.registry.getSingleMetric(name)?.get()) ?? assert.fail(name);
    const isMeant = (other: object) =>
      Object.entries(labels).every(([key, value]) => Reflect.get(other, key) === value);
    return values.filter((entry) => isMeant(entry.labels)).map(({ value }) => value)[0] ?? 0;
  };
  return {
    ...service,
    signIn: (client: string, headers: Record<string, string> = {}) =>
      service.api.call('POST', '/api/v1/sessions', { body: admin, headers: { ...as(client), ...headers } }),
    register: (client: string, email: string) =>
      service.api.call('POST', '/api/v1/users', {
        body: { email, password: 'correct horse 1', name: 'Someone' },
        headers: as(client),
      }),
    /** A sign-in whose client leaves when `signal` is aborted. */
    leaving: (client: string, signal: AbortSignal) =>
      fetch(`${service.url}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...as(client) },
        body: JSON.stringify(admin),
        signal,
      }).catch(() => {}),
    waiting: () => metric('shop_password_hash_queue_length'),
    refused: (reason: string) => metric('shop_password_hash_refusals_total', { reason }),
    /** How many hashes were begun. */
    async begun() {
      const { values } =
        (await service.metrics.registry.getSingleMetric('shop_password_hash_wait_seconds')?.get()) ?? assert.fail();
      return values.find((entry) => 'metricName' in entry && String(entry.metricName).endsWith('_count'))?.value ?? 0;
    },
  };
}

/** The test runner's own limit is the deadline. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

test('a burst of one client does not take the turn of another, nor of a registration', async (t) => {
  const { signIn, register, waiting } = await start(t, {});
  const finished: string[] = [];
  const burst = Array.from({ length: 8 }, () => signIn('192.0.2.1').then(() => void finished.push('burst')));
  await until(async () => (await waiting()) >= 5);
  const others = await Promise.all([signIn('192.0.2.2'), register('192.0.2.3', 'other@example.com')]);
  assert.deepEqual(
    others.map(({ status }) => status),
    [201, 201],
  );
  // At most three were done before, and three come before the second of the two: the one that runs, and one per turn.
  assert.ok(finished.length <= 6, `${finished.length} of 8 came first`);
  await Promise.all(burst);
});

test('addresses of one IPv6 network are one client', async (t) => {
  const { signIn } = await start(t, { HASH_QUEUE_CLIENT_LIMIT: '1' });
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => signIn(`2001:db8:0:1::${n}`)));
  assert.ok(answers.some(({ status }) => status === 503));
  assert.equal((await signIn('2001:db8:0:2::1')).status, 201);
});

test('what is over the bound is 503 overloaded with Retry-After, and the others are served', async (t) => {
  const { signIn, register, refused } = await start(t, { HASH_QUEUE_CLIENT_LIMIT: '2' });
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => signIn('192.0.2.1')),
    register('192.0.2.1', 'over@example.com'),
  ]);
  const overloaded = answers.filter(({ status }) => status !== 201);
  assert.ok(overloaded.length >= 2 && overloaded.length <= 4, String(overloaded.length));
  for (const answer of overloaded) {
    assertProblem(answer, 503, 'overloaded');
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  }
  assert.equal(await refused('client-full'), overloaded.length);
  assert.equal((await signIn('192.0.2.1')).status, 201);
});

test('for callers who have left no hash is computed', async (t) => {
  const { leaving, signIn, waiting, refused, begun } = await start(t, {});
  const controller = new AbortController();
  const gone = Array.from({ length: 30 }, () => leaving('192.0.2.1', controller.signal));
  // On a machine so busy that a hash takes seconds, most of them are refused: they could not be served in time.
  await until(async () => (await waiting()) >= 5);
  controller.abort();
  await Promise.all(gone);
  await until(async () => (await waiting()) === 0);
  const before = await begun();
  assert.ok((await refused('left')) >= 5);
  assert.equal((await signIn('192.0.2.1')).status, 201);
  assert.equal(await begun(), before + 1);
});

test('who does not wait as long as a hash takes is refused at once', async (t) => {
  const { signIn, begun, refused } = await start(t, {});
  assert.equal((await signIn('192.0.2.1')).status, 201);
  const before = await begun();
  const answer = await signIn('192.0.2.1', { 'x-request-timeout-ms': '1' });
  assertProblem(answer, 503, 'overloaded');
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.deepEqual([await begun(), await refused('deadline')], [before, 1]);
});

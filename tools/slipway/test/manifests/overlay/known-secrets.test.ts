import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ServiceSpec } from '../../../src/services/service-spec.ts';
import type { KubeApi } from '../../../src/kubernetes/client/kube-api.ts';
import { knownSecrets } from '../../../src/manifests/overlay/known-secrets.ts';
import { secretManifest } from '../../../src/manifests/overlay/secret-manifest.ts';

const serviceSpec: ServiceSpec = {
  name: 'order',
  root: 'apps/order',
  configFile: 'apps/order/src/config.ts',
  hasDatabase: true,
  calls: [],
  keys: [{ name: 'DATABASE_URL', description: '', secret: true, source: { kind: 'postgres-url' } }],
};
const url = (user: string, password: string) => `postgres://${user}:${password}@order-db:5432/order`;

/** The local copy, and a fake of the API server's list: what it holds is the whole input here. */
async function known(
  t: TestContext,
  local: Record<string, string>,
  cluster: Record<string, Record<string, string | Buffer>> | undefined,
) {
  const root = await mkdtemp(join(tmpdir(), 'slipway-known-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'deploy/dev/generated'), { recursive: true });
  for (const [name, text] of Object.entries(local)) await writeFile(join(root, 'deploy/dev/generated', name), text);
  const encode = (values: Record<string, string | Buffer>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const items = Object.entries(cluster ?? {}).map(([name, values]) => ({ metadata: { name }, data: encode(values) }));
  const api =
    cluster === undefined ? undefined : ({ context: 'kind-x', get: async () => ({ items }) } as unknown as KubeApi);
  return knownSecrets(root, 'shop', [serviceSpec], api);
}
async function knownLogins(...[t, local, cluster]: Parameters<typeof known>) {
  const { environments, databases, problems } = await known(t, local, cluster);
  assert.deepEqual(problems, []);
  return { url: environments.order!.DATABASE_URL, database: databases.order };
}

const manifest = (values: Record<string, string>) => secretManifest({ name: 'any' }, values);
const copy = {
  'order.secret.json': manifest({ DATABASE_URL: url('order_b', 'copy') }),
  'order-db.secret.json': manifest({ POSTGRES_USER: 'order_b', POSTGRES_PASSWORD: 'copy' }),
};

test('what the cluster holds wins over the copy', async (t) => {
  const cluster = {
    order: { DATABASE_URL: url('order_a', 'live') },
    'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' },
  };
  const login = { user: 'order_a', password: 'live' };
  assert.deepEqual(await knownLogins(t, copy, cluster), { url: url('order_a', 'live'), database: login });
});

test('without the cluster, and in a cluster that holds nothing, the copy counts', async (t) => {
  const expected = { url: url('order_b', 'copy'), database: { user: 'order_b', password: 'copy' } };
  assert.deepEqual(await knownLogins(t, copy, undefined), expected);
  assert.deepEqual(await knownLogins(t, copy, {}), expected);
});

test("a lost service's Secret is made from the database's, never from an old copy", async (t) => {
  const cluster = { 'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' } };
  assert.equal((await knownLogins(t, copy, cluster)).url, url('order_a', 'live'));
});

test('in the middle of a rotation both stay as they are', async (t) => {
  const cluster = {
    order: { DATABASE_URL: url('order_b', 'next') },
    'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' },
  };
  const expected = { url: url('order_b', 'next'), database: { user: 'order_a', password: 'live' } };
  assert.deepEqual(await knownLogins(t, {}, cluster), expected);
});

test('a Secret from before logins alternated means the login with the service’s name', async (t) => {
  const cluster = { 'order-db': { POSTGRES_PASSWORD: 'old' } };
  const expected = { url: url('order', 'old'), database: { user: 'order', password: 'old' } };
  assert.deepEqual(await knownLogins(t, {}, cluster), expected);
});

test('a copy that is broken counts for nothing where the cluster holds the Secret, else it is named', async (t) => {
  const cluster = {
    order: { DATABASE_URL: url('order_a', 'live') },
    'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' },
  };
  const broken = { 'order.secret.json': 'DATABASE_URL=a-secret', 'order-db.secret.json': '{"data":{"X":' };
  assert.deepEqual((await known(t, broken, cluster)).problems, []);
  const { problems } = await known(t, broken, {});
  assert.deepEqual(
    problems.map(({ file }) => file),
    ['deploy/dev/generated/order.secret.json', 'deploy/dev/generated/order-db.secret.json'],
  );
  assert.doesNotMatch(JSON.stringify(problems), /a-secret|"X/);
});

test('a value that no process could get is named by its key; keys that nobody declares may hold anything', async (t) => {
  const bad = [Buffer.from('a\0secret'), Buffer.from([0xff, 0xfe]), Buffer.alloc(140_000, 'x')];
  for (const value of bad) {
    const { problems } = await known(t, {}, { order: { DATABASE_URL: value, 'tls.crt': Buffer.from([0, 0xff]) } });
    assert.deepEqual(
      problems.map(({ file, key }) => [file, key]),
      [['Secret shop/order', 'DATABASE_URL']],
    );
    assert.match(problems[0]!.hint, /kubectl --context kind-x -n shop patch secret order .*\/data\/DATABASE_URL/);
    assert.doesNotMatch(JSON.stringify(problems), /a.*secret"|xxx/);
  }
});

test('whose login the cluster holds is told: any other may not be the one that an old volume knows', async (t) => {
  const logins = async (...args: [Parameters<typeof known>[1], Parameters<typeof known>[2]]) =>
    [...(await known(t, ...args)).loginsInCluster].join();
  assert.equal(await logins(copy, {}), '');
  assert.equal(await logins({}, { order: { DATABASE_URL: '-----BEGIN PRIVATE KEY-----' } }), '');
  assert.equal(await logins({}, { order: { DATABASE_URL: url('order', 'x') } }), 'order');
  assert.equal(await logins({}, { 'order-db': { POSTGRES_PASSWORD: 'x' } }), 'order');
});

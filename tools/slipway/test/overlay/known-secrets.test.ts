import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ServiceContract } from '../../src/contract/service-contract.ts';
import type { KubeApi } from '../../src/kube/kube-api.ts';
import { knownSecrets } from '../../src/overlay/known-secrets.ts';

const contract: ServiceContract = {
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
  cluster: Record<string, Record<string, string>> | undefined,
) {
  const root = await mkdtemp(join(tmpdir(), 'slipway-known-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'deploy/dev/generated'), { recursive: true });
  for (const [name, text] of Object.entries(local)) await writeFile(join(root, 'deploy/dev/generated', name), text);
  const encode = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const items = Object.entries(cluster ?? {}).map(([name, values]) => ({ metadata: { name }, data: encode(values) }));
  const api = cluster === undefined ? undefined : ({ get: async () => ({ items }) } as unknown as KubeApi);
  const { environments, databases } = await knownSecrets(root, 'shop', [contract], api);
  return { url: environments.order!.DATABASE_URL, database: databases.order };
}

const copy = {
  'order.env': `DATABASE_URL=${url('order_b', 'copy')}\n`,
  'order-db.env': 'POSTGRES_USER=order_b\nPOSTGRES_PASSWORD=copy\n',
};

test('what the cluster holds wins over the copy', async (t) => {
  const cluster = {
    order: { DATABASE_URL: url('order_a', 'live') },
    'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' },
  };
  const login = { user: 'order_a', password: 'live' };
  assert.deepEqual(await known(t, copy, cluster), { url: url('order_a', 'live'), database: login });
});

test('without the cluster, and in a cluster that holds nothing, the copy counts', async (t) => {
  const expected = { url: url('order_b', 'copy'), database: { user: 'order_b', password: 'copy' } };
  assert.deepEqual(await known(t, copy, undefined), expected);
  assert.deepEqual(await known(t, copy, {}), expected);
});

test("a lost service's Secret is made from the database's, never from an old copy", async (t) => {
  const cluster = { 'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' } };
  assert.equal((await known(t, copy, cluster)).url, url('order_a', 'live'));
});

test('in the middle of a rotation both stay as they are', async (t) => {
  const cluster = {
    order: { DATABASE_URL: url('order_b', 'next') },
    'order-db': { POSTGRES_USER: 'order_a', POSTGRES_PASSWORD: 'live' },
  };
  const expected = { url: url('order_b', 'next'), database: { user: 'order_a', password: 'live' } };
  assert.deepEqual(await known(t, {}, cluster), expected);
});

test('a Secret from before logins alternated means the login with the service’s name', async (t) => {
  const cluster = { 'order-db': { POSTGRES_PASSWORD: 'old' } };
  const expected = { url: url('order', 'old'), database: { user: 'order', password: 'old' } };
  assert.deepEqual(await known(t, {}, cluster), expected);
});

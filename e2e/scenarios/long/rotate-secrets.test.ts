import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { Customer } from '@shop/client';
import { programs } from '@slipway/checks/programs';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { podIdentities } from '../support/pod-identities.ts';
import { quietKubectl } from '../support/quiet-kubectl.ts';
import { secretOf } from '../support/secret-of.ts';
import { api, shop } from '../support/shop.ts';
import { deploy, expectSuccess, NAMESPACE, nx } from '../support/stack.ts';
import { type Load, startLoad } from '../support/steady-load.ts';

const SERVICES_WITH_DATABASE = ['user', 'product', 'order'] as const;
const ROTATE = ['run', 'deploy:rotate-secrets'] as const;

let customer: Customer;
let product: string;

before(async () => {
  await deploy();
  customer = await shop.customer();
  product = (await shop.product({ stock: 100_000 })).id;
});

after(() => deploy());

/** Reads and orders with a token from before, and sign-ins. */
function load(): Load {
  const { email, password, token } = customer;
  const items = [{ productId: product, quantity: 1 }];
  return startLoad([
    { name: 'products', everyMs: 100, expect: 200, method: 'GET', path: '/api/v1/products?limit=5' },
    { name: 'me', everyMs: 300, expect: 200, method: 'GET', path: '/api/v1/users/me', token },
    { name: 'orders', everyMs: 400, expect: 201, method: 'POST', path: '/api/v1/orders', token, body: { items } },
    {
      name: 'sessions',
      everyMs: 1500,
      expect: 201,
      method: 'POST',
      path: '/api/v1/sessions',
      body: { email, password },
    },
  ]);
}

/** Runs `work` under the load; no request may fail meanwhile. */
async function underLoad(work: () => Promise<void>): Promise<void> {
  const { stop } = load();
  // Stopped also when the work fails: the process would send for ever.
  const { good, failures } = await work().then(stop, async (error: unknown) => {
    await stop();
    throw error;
  });
  assert.deepEqual(failures, []);
  for (const [name, count] of Object.entries(good)) assert.ok(count > 10, `only ${count} ${name}`);
}

/** Whether a login opens the service's database over the network. */
async function opens(service: string, url: string): Promise<boolean> {
  const { username, password } = new URL(url);
  const psql = ['psql', '--host=127.0.0.1', `--username=${username}`, `--dbname=${service}`, '--command=select 1'];
  const pod = ['-n', NAMESPACE, 'exec', `${service}-db-0`, '-c', 'postgres'];
  return quietKubectl([...pod, '--', 'env', `PGPASSWORD=${decodeURIComponent(password)}`, ...psql]).then(
    () => true,
    (error: Error) => {
      assert.match(error.message, /password authentication failed/);
      return false;
    },
  );
}

/** What the product service answers order's pod that shows this key. */
async function reservationStatus(key: string): Promise<number> {
  const script = `fetch('http://product/internal/v1/reservations', { method: 'POST', body: '{}',
    headers: { 'content-type': 'application/json', 'x-service-key': '${key}' } }).then((r) => console.log(r.status))`;
  return Number(await quietKubectl(['-n', NAMESPACE, 'exec', 'deploy/order', '-c', 'app', '--', 'node', '-e', script]));
}

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;

async function newToken(): Promise<string> {
  const { email, password } = customer;
  return (await api.expect<{ accessToken: string }>(201, 'POST', '/api/v1/sessions', { body: { email, password } }))
    .accessToken;
}

test('every secret is rotated under load and no request fails; what is old counts no more, tokens do', async () => {
  const urls = await Promise.all(SERVICES_WITH_DATABASE.map(async (name) => (await secretOf(name)).DATABASE_URL!));
  const { PRODUCT_KEY: oldKey } = await secretOf('order');
  await underLoad(async () => expectSuccess(await nx(...ROTATE)));

  for (const [index, service] of SERVICES_WITH_DATABASE.entries()) {
    const { DATABASE_URL: url } = await secretOf(service);
    assert.notEqual(url, urls[index]);
    assert.equal(await opens(service, url!), true, service);
    assert.equal(await opens(service, urls[index]!), false, service);
  }
  const { PRODUCT_KEY: key } = await secretOf('order');
  assert.notEqual(key, oldKey);
  assert.equal(await reservationStatus(key!), 400, 'the key is good, the empty request is not');
  assert.equal(await reservationStatus(oldKey!), 401);

  const token = await newToken();
  assert.notEqual(kidOf(token), kidOf(customer.token));
  const { keys } = await api.expect<{ keys: { kid: string }[] }>(200, 'GET', '/.well-known/jwks.json');
  assert.deepEqual(
    keys.slice(0, 2).map(({ kid }) => kid),
    [kidOf(token), kidOf(customer.token)],
  );
  for (const good of [token, customer.token]) {
    await api.expect(200, 'GET', '/api/v1/users/me', { token: good });
    await api.expect(200, 'GET', '/api/v1/orders', { token: good });
  }
  const stored = JSON.parse((await secretOf('user')).SIGNING_KEYS!) as { keys: { d?: string }[] };
  assert.equal(stored.keys.filter(({ d }) => d !== undefined).length, 1, 'the old private key is gone');

  const pods = await podIdentities();
  await deploy();
  assert.deepEqual(await podIdentities(), pods, 'a deploy finds nothing to change');
});

test('killed in the middle of a phase, the next run goes on from there, and no request fails', async () => {
  let keys: string[] = [];
  await underLoad(async () => {
    await killedAfter(/switch: \d/);
    keys = (await secretOf('product')).ORDER_KEY!.split(',');
    assert.equal(keys.length, 2, 'it stopped between introduce and retire');
    expectSuccess(await nx(...ROTATE));
  });
  const { ORDER_KEY: after } = await secretOf('product');
  assert.equal(after, keys[1]);
  assert.equal((await secretOf('order')).PRODUCT_KEY, after);
});

/** Starts a rotation and kills it, with all that it has started, when it has printed this. */
async function killedAfter(line: RegExp): Promise<void> {
  const [program, ...args] = programs.nx(...ROTATE);
  const child = spawn(program, args, { cwd: workspaceRoot, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (line.test(output)) process.kill(-child.pid!, 'SIGKILL');
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, null, output);
}

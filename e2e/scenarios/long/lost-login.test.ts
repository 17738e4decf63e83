import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { getObject } from '../support/get-object.ts';
import { PLANTED, plantService, removePlantedService } from '../support/planted-service.ts';
import { quietKubectl } from '../support/quiet-kubectl.ts';
import { secretOf } from '../support/secret-of.ts';
import { api, shop } from '../support/shop.ts';
import { CONTEXT, deploy, expectSuccess, kubectl, NAMESPACE, nx } from '../support/stack.ts';

const COPY = join(workspaceRoot, 'deploy/dev/generated');
const DATABASE = `${PLANTED}-db`;
const CLAIM = `data-${DATABASE}-0`;
const DELETE_CLAIM = `kubectl --context ${CONTEXT} -n ${NAMESPACE} delete pvc ${CLAIM}`;
const ADOPTED = /did not know the login \w+ of the Secret: the password is set in the database/;

const deployAll = () => nx('run-many', '-t', 'deploy-kind');

after(async () => {
  removePlantedService();
  await deploy();
  await quietKubectl(['-n', NAMESPACE, 'delete', 'pvc', CLAIM, '--ignore-not-found']);
});

/** What psql answers to a login that comes over the network, as the service does. */
function query(database: string, login: { user: string; password: string }, sql: string): Promise<string> {
  const pod = ['-n', NAMESPACE, 'exec', '-i', `${database}-0`, '-c', 'postgres', '--'];
  // By standard input: what stands in arguments stands in a log of the API server.
  const script = 'read -r PGPASSWORD; export PGPASSWORD; exec psql --host=127.0.0.1 --no-align --tuples-only "$@"';
  const psql = [
    'sh',
    '-c',
    script,
    'sh',
    `--username=${login.user}`,
    `--dbname=${database.slice(0, -3)}`,
    '--command',
    sql,
  ];
  return quietKubectl([...pod, ...psql], `${login.password}\n`).then((text) => text.trim());
}

async function loginOf(service: string): Promise<{ user: string; password: string }> {
  const { username, password } = new URL((await secretOf(service)).DATABASE_URL!);
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

test('a service that was removed and comes back finds its data; what pruning keeps is told', async () => {
  await plantService();
  await deploy();
  const first = await loginOf(PLANTED);
  await query(DATABASE, first, `insert into items values (gen_random_uuid(), 'kept')`);

  removePlantedService();
  const diff = await nx('run', 'deploy:diff');
  assert.match(diff.output, new RegExp(`Secret/${DATABASE} would be pruned`));
  assert.ok(diff.output.includes(`PersistentVolumeClaim/${CLAIM} would be kept`), diff.output);
  assert.ok(diff.output.includes(DELETE_CLAIM), diff.output);
  const pruned = await deployAll();
  expectSuccess(pruned);
  assert.ok(pruned.output.includes(`PersistentVolumeClaim/${CLAIM} kept`), pruned.output);
  assert.ok(pruned.output.includes(DELETE_CLAIM), pruned.output);
  assert.equal(await getObject(`secret/${DATABASE}`), undefined);
  assert.ok(await getObject(`pvc/${CLAIM}`));

  await plantService();
  const announced = await nx('run', 'deploy:diff');
  assert.match(announced.output, new RegExp(`${CLAIM} is older than its Secret`));
  const back = await deployAll();
  expectSuccess(back);
  assert.match(back.output, ADOPTED);
  const second = await loginOf(PLANTED);
  assert.equal(await query(DATABASE, second, 'select name from items'), 'kept');
  for (const { password } of [first, second]) assert.ok(!back.output.includes(password), 'a password is printed');

  removePlantedService();
  await deploy();
  // As the hint says it.
  await kubectl(['-n', NAMESPACE, 'delete', 'pvc', CLAIM]);
  assert.equal(await getObject(`pvc/${CLAIM}`), undefined);
});

test('Secrets that were deleted by hand come back on a fresh clone: the deploy opens the database again', async () => {
  await deploy();
  const body = { items: [{ productId: (await shop.product({ stock: 10 })).id, quantity: 1 }] };
  const { token } = await shop.customer();
  const placed = await api.expect<{ id: string }>(201, 'POST', '/api/v1/orders', { body, token });
  const before = await loginOf('order');
  await quietKubectl(['-n', NAMESPACE, 'delete', 'secret', 'order', 'order-db']);
  rmSync(COPY, { recursive: true });

  const assembled = await nx('run', 'deploy:assemble');
  assert.notEqual(assembled.exitCode, 0, assembled.output);
  assert.match(
    assembled.output,
    /Secret shop\/order-db: is gone, and the volume data-order-db-0 that it opened is there/,
  );
  const [, hint] = /→ npx nx (run order:deploy-kind --context \S+),/.exec(assembled.output) ?? [];
  assert.ok(hint, assembled.output);
  const deployed = await nx(...hint.split(' '));
  expectSuccess(deployed);
  assert.match(deployed.output, ADOPTED);

  assert.equal((await api.expect<{ id: string }>(200, 'GET', `/api/v1/orders/${placed.id}`, { token })).id, placed.id);
  await api.expect(201, 'POST', '/api/v1/orders', { body, token });
  await assert.rejects(
    query('order-db', before, 'select 1'),
    /password authentication failed/,
    'the lost one opens nothing',
  );
});

test('a login that somebody has applied without knowing the database is adopted by the next deploy', async () => {
  await deploy();
  const lost = (await secretOf('product')).DATABASE_URL!.replace(/:[^:@]+@/, ':made-up-elsewhere@');
  const patch = JSON.stringify({ stringData: { DATABASE_URL: lost } });
  await quietKubectl(['-n', NAMESPACE, 'patch', 'secret', 'product', '--type=merge', '--patch', patch]);
  await kubectl(['-n', NAMESPACE, 'rollout', 'restart', 'deployment/product']);
  const deployed = await deployAll();
  expectSuccess(deployed);
  assert.match(deployed.output, ADOPTED);
  assert.ok(!deployed.output.includes('made-up-elsewhere'), 'the password is printed');
  assert.equal(
    await query('product-db', { ...(await loginOf('product')), password: 'made-up-elsewhere' }, 'select 1'),
    '1',
  );
});

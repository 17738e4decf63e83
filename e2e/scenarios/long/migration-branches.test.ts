import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { expectServing } from '../support/expect-serving.ts';
import { onEnd } from '../support/on-end.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { api, shop } from '../support/shop.ts';
import { deploy, expectSuccess, keepsData, nx } from '../support/stack.ts';

const MINE = 'apps/order/migrations/0005_planted_mine.sql';
const THEIRS = 'apps/order/migrations/0005_planted_theirs.sql';
const path = (file: string) => join(workspaceRoot, file);

before(deploy);
after(putBack);
// Also when the runner is ended: nothing planted must stay in someone's working tree.
onEnd(putBack);

test('a database of another branch is refused, and begins anew alone', { skip: keepsData }, async () => {
  const { token } = await shop.customer();
  const { id: productId } = await shop.product({ stock: 10 });
  await api.expect(201, 'POST', '/api/v1/orders', { token, body: { items: [{ productId, quantity: 2 }] } });
  writeFileSync(path(MINE), 'create table planted_mine (id int);\n');
  expectSuccess(await nx('run', 'order:deploy-kind', '--excludeTaskDependencies'));

  putBack();
  writeFileSync(path(THEIRS), 'create table planted_theirs (id int);\n');
  const refused = await nx('run', 'order:deploy-kind', '--excludeTaskDependencies');
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(
    refused.output,
    /0005_planted_theirs\.sql: the database has 0005_planted_mine, which this checkout lacks/,
  );
  assert.match(refused.output, /where the data may go: npx nx run order:reset\n/);
  assert.doesNotMatch(refused.output, /teardown/);

  const before = await podIdentities();
  for (const [args, says] of [
    [[], /There is no terminal to ask on: nothing was touched\s+→ add --yes/],
    [['--yes', '--context', 'planted-prod'], /context "planted-prod" is not a kind cluster/],
  ] as const) {
    const { exitCode, output } = await nx('run', 'order:reset', ...args);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, says);
  }
  assert.deepEqual(await podIdentities(), before, 'nothing was touched');

  expectSuccess(await nx('run', 'order:reset', '--yes'));
  const others = (pods: string[]) => pods.filter((pod) => !pod.startsWith('order-'));
  assert.deepEqual(others(await podIdentities()), others(before), 'other services were not touched');
  await expectServing();
  assert.deepEqual((await api.expect<{ items: object[] }>(200, 'GET', '/api/v1/orders', { token })).items, []);
  assert.equal(await shop.stock(productId), 8);

  // Back on the branch of before: the database is the other one's now, and its volume as good as any.
  putBack();
  expectSuccess(await nx('run', 'order:reset', '--yes'));
  await expectServing();
});

function putBack(): void {
  for (const file of [MINE, THEIRS]) rmSync(path(file), { force: true });
}

import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { expectServing } from './support/expect-serving.ts';
import { onEnd } from './support/on-end.ts';
import { podIdentities } from './support/pod-identities.ts';
import { deploy, nx } from './support/stack.ts';
import { unfelt } from './support/under-load.ts';

const FOLDER = join(workspaceRoot, 'apps/product/migrations');
const PLANTED = '_planted_by_the_checks.sql';
const PRODUCT_PODS = 'app.kubernetes.io/name=product';

after(removePlanted);
// Also when the runner is ended: a broken migration must not stay in someone's working tree.
onEnd(removePlanted);

test('a broken migration fails the deploy with its error, the old pods serve on, and a good deploy heals (migration-failed)', async () => {
  removePlanted();
  await deploy();
  const before = await podIdentities(PRODUCT_PODS);

  const last = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .at(-1)!;
  const next = String(Number(last.slice(0, 4)) + 1).padStart(4, '0');
  const sql = 'CREATE TABLE planted_fine (id int);\nCREATE TABLE planted_broken (id no_such_type);\n';
  writeFileSync(join(FOLDER, next + PLANTED), sql);
  const { exitCode, output } = await unfelt(() => nx('run-many', '-t', 'deploy-kind'));

  assert.equal(exitCode, 1, output);
  assert.match(output, /type "no_such_type" does not exist/);
  assert.match(output, /migrate in product-\S+: a migration failed: exit code 1/);
  assert.match(output, new RegExp(next + PLANTED.replace('.', '\\.')), 'the migration is named');
  const during = await podIdentities(PRODUCT_PODS);
  assert.deepEqual(
    before.filter((pod) => !during.includes(pod)),
    [],
    'every old pod is still there',
  );
  await expectServing();

  removePlanted();
  await deploy();
  assert.deepEqual(await podIdentities(PRODUCT_PODS), before, 'the old pods alone are left');
  await expectServing();
});

function removePlanted(): void {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(PLANTED))) rmSync(join(FOLDER, name));
}

import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { expectServing } from './support/expect-serving.ts';
import { onEnd } from './support/on-end.ts';
import { podIdentities } from './support/pod-identities.ts';
import { quietKubectl } from './support/quiet-kubectl.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from './support/stack.ts';

const RENAMED = [
  'apps/product/migrations/0002_reservations.sql',
  'apps/product/migrations/0002_planted_name.sql',
] as const;
const path = (file: string) => join(workspaceRoot, file);

before(deploy);
after(putBack);
// Also when the runner is ended: nothing planted must stay in someone's working tree.
onEnd(putBack);

test('a renamed migration is refused: by the deploy, and by the migrator where the deploy cannot know', async () => {
  const before = await podIdentities();
  renameSync(path(RENAMED[0]), path(RENAMED[1]));
  const refused = await nx('run', 'product:deploy-kind', '--excludeTaskDependencies');
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /0002_planted_name\.sql: has the checksum of 0002_reservations, which is applied/);
  assert.match(refused.output, /→ rename it back to 0002_reservations\.sql/);
  assert.deepEqual(await podIdentities(), before, 'nothing was touched');

  await forgetMigrations('product');
  const failed = await nx('run', 'product:deploy-kind', '--excludeTaskDependencies');
  assert.notEqual(failed.exitCode, 0, failed.output);
  assert.match(failed.output, /\| product: migration 0002_planted_name\.sql: has the checksum of 0002_reservations/);
  assert.match(failed.output, /\| +→ rename it back to 0002_reservations\.sql/);
  const during = await podIdentities();
  assert.deepEqual(
    before.filter((pod) => !during.includes(pod)),
    [],
    'the old pods serve on',
  );
  await expectServing();

  putBack();
  expectSuccess(await nx('run', 'product:deploy-kind', '--excludeTaskDependencies'));
  await expectServing();
});

function putBack(): void {
  try {
    renameSync(path(RENAMED[1]), path(RENAMED[0]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** As after a restore of a database, or where another tool has migrated it. */
async function forgetMigrations(service: string): Promise<void> {
  const name = 'configmap/slipway-inventory';
  const text = await quietKubectl(['-n', NAMESPACE, 'get', name, '-o', 'json']);
  const { data } = JSON.parse(text) as { data: Record<string, string> };
  const entry = { ...(JSON.parse(data[service]!) as object), migrations: {} };
  const patch = JSON.stringify({ data: { [service]: JSON.stringify(entry) } });
  await kubectl(['-n', NAMESPACE, 'patch', name, '--type=merge', `--patch=${patch}`]);
}

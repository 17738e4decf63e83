import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programs } from '@slipway/checks/programs';
import { runBounded } from '@slipway/checks/run-bounded';
import { logFile } from '@slipway/checks/workspace-root';
import { expectServing } from './support/expect-serving.ts';
import { leftovers } from './support/expect-gone.ts';
import { deploy, expectSuccess, keepsData, kubectl, NAMESPACE, nx } from './support/stack.ts';

/** Keeps its object, and so the namespace, from its end until it is taken away. */
const FINALIZER = 'slipway.test/kept';
const DIFF_MS = 180_000;

test(
  'teardown says what is in its way, who deploys waits for it, the stack comes up again',
  { skip: keepsData },
  async () => {
    await deploy();
    await kubectl(['-n', NAMESPACE, 'create', 'configmap', 'kept']);
    await setFinalizers([FINALIZER]);
    let released: Promise<void> | undefined;
    const release = () => (released ??= setFinalizers([]));
    try {
      const refused = await nx('run', 'deploy:teardown');
      assert.notEqual(refused.exitCode, 0, refused.output);
      assert.match(refused.output, /ConfigMap\/kept\. Nothing was deleted/);
      const { exitCode, output } = await nx('run', 'deploy:teardown', '--delete-foreign-objects', '--timeout', '10');
      assert.notEqual(exitCode, 0, output);
      assert.match(output, new RegExp(`there is still: namespaces/${NAMESPACE}`));
      assert.match(output, new RegExp(`${FINALIZER} in 1 resource instances`), 'in the words of Kubernetes');

      const diff = await runBounded(programs.nx('run', 'deploy:diff'), {
        boundMs: DIFF_MS,
        logFile: logFile('scenario-nx.log'),
        onOutput: (text) => {
          if (text.includes('is still being deleted: waiting for its end')) void release();
        },
      });
      assert.ok(released, diff.output);
      assert.match(diff.output, /Deployment\/order/);
    } finally {
      await release();
      await kubectl(['-n', NAMESPACE, 'delete', 'configmap', 'kept', '--ignore-not-found']);
    }
    expectSuccess(await nx('run', 'deploy:teardown'));
    assert.deepEqual(await leftovers(), [], 'teardown has waited until everything was gone');

    await deploy();
    await expectServing();
  },
);

async function setFinalizers(finalizers: string[]): Promise<void> {
  const patch = JSON.stringify({ metadata: { finalizers } });
  await kubectl(['-n', NAMESPACE, 'patch', 'configmap', 'kept', '--type=merge', '--patch', patch]);
}

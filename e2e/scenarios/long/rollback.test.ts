import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { expectServing } from '../support/expect-serving.ts';
import { getObject } from '../support/get-object.ts';
import { deploy, expectSuccess, nx } from '../support/stack.ts';

type Deployment = { spec: { template: { spec: { containers: { name: string; image: string }[] } } } };
const image = async () => (await getObject<Deployment>('deployment/product'))!.spec.template.spec.containers[0]!.image;

after(async () => {
  restoreFiles();
  await deploy();
});

test('--rollback puts the previous revision back, the next deploy the declared one', async () => {
  await deploy();
  const first = await image();
  editFile('apps/product/src/main.ts', (text) => `${text}\nconsole.error('planted ${Date.now()}');\n`);
  await deploy();
  const second = await image();
  assert.notEqual(second, first);
  expectSuccess(await nx('run', 'product:deploy-kind', '--rollback', '--excludeTaskDependencies'));
  assert.equal(await image(), first);
  await expectServing();
  await deploy();
  assert.equal(await image(), second);
});

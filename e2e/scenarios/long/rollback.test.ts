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

test('--rollback lists revisions and puts the previous one back, --to any of them, the next deploy the declared one', async () => {
  await deploy();
  const first = await image();
  editFile('apps/product/src/main.ts', (text) => `${text}\nconsole.error('planted ${Date.now()}');\n`);
  await deploy();
  const second = await image();
  assert.notEqual(second, first);
  const rollback = ['run', 'product:deploy-kind', '--rollback', '--excludeTaskDependencies'];
  const listed = await nx(...rollback, '--dryRun');
  expectSuccess(listed);
  const [, number] = /(\d+) +\S+ +commit \S+ +\d{4}-\S+Z +chosen/.exec(listed.output) ?? [];
  assert.ok(number, listed.output);
  assert.equal(await image(), second, 'listing changes nothing');
  expectSuccess(await nx(...rollback));
  assert.equal(await image(), first);
  await expectServing();

  const gone = await nx(...rollback, '--to', '999');
  assert.notEqual(gone.exitCode, 0);
  assert.match(gone.output, /product has no revision 999\n.*there are:\n/);
  const [, ofSecond] = /(\d+) +(\S+) /.exec(gone.output.split('\n').find((line) => line.includes(second))!) ?? [];
  expectSuccess(await nx(...rollback, '--to', ofSecond!));
  assert.equal(await image(), second);
  await deploy();
  assert.equal(await image(), second);
});

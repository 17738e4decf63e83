import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { deploy, expectSuccess, nx } from '../support/stack.ts';

const GATEWAY_AND_DATABASES = 'app.kubernetes.io/name in (gateway,user-db,product-db,order-db)';
const USERS_OF_THE_LIBRARY = 'app.kubernetes.io/name in (user,product,order)';

after(async () => {
  restoreFiles();
  await deploy();
});

test('nx affected after a change in a library touches exactly the services whose digest changed', async () => {
  await deploy();
  const others = await podIdentities(GATEWAY_AND_DATABASES);
  const before = await podIdentities(USERS_OF_THE_LIBRARY);

  editFile('libs/database/src/database.ts', (text) => `${text}\n// a comment is in no bundle\n`);
  expectSuccess(await nx('affected', '-t', 'deploy-kind', '--base=HEAD'));
  assert.deepEqual(await podIdentities(USERS_OF_THE_LIBRARY), before, 'the digests are the same');

  editFile('libs/database/src/database.ts', (text) => `${text}\nconsole.error('planted ${Date.now()}');\n`);
  expectSuccess(await nx('affected', '-t', 'deploy-kind', '--base=HEAD'));
  const changed = await podIdentities(USERS_OF_THE_LIBRARY);
  assert.equal(changed.filter((pod) => before.includes(pod)).length, 0, 'all three use the library');
  assert.deepEqual(await podIdentities(GATEWAY_AND_DATABASES), others, 'the gateway does not, and is not touched');
});

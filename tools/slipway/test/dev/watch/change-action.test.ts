import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseChangeAction, type WatchedParts } from '../../../src/dev/watch/change-action.ts';

const order: WatchedParts = {
  root: 'apps/order',
  folders: ['apps/order', 'libs/database'],
  inputs: new Set(['apps/order/src/app.ts', 'apps/order/src/config.ts', 'libs/database/src/database.ts']),
  redeclaredIn: undefined,
};
const cases: [what: string, changed: string[], parts: Partial<WatchedParts>, way: string][] = [
  ['its code', ['apps/order/src/app.ts'], {}, 'sync'],
  ['code of a library that it bundles', ['libs/database/src/database.ts'], {}, 'sync'],
  ['a comment in config.ts', ['apps/order/src/config.ts'], {}, 'sync'],
  ['a key in config.ts', ['apps/order/src/config.ts'], { redeclaredIn: 'apps/order/src/config.ts' }, 'deploy'],
  ['a migration, with code', ['apps/order/src/app.ts', 'apps/order/migrations/0003_x.sql'], {}, 'deploy'],
  [
    'what is left beside migrations',
    ['.0003_x.sql.swp', '.DS_Store', '0003_x.sql.orig', '4913'].map((name) => `apps/order/migrations/${name}`),
    {},
    'none',
  ],
  ['the fragment', ['apps/order/k8s/fragment.yaml'], {}, 'deploy'],
  ['its package.json', ['apps/order/package.json'], {}, 'deploy'],
  ['the package.json of a library that it imports', ['libs/database/package.json'], {}, 'deploy'],
  ['what runs before the app', ['apps/order/src/migrate.ts'], {}, 'deploy'],
  ['a file that nobody imports', ['apps/order/src/new.ts'], {}, 'none'],
  ['another service', ['apps/user/src/app.ts', 'apps/user/migrations/0003_x.sql'], {}, 'none'],
  ['a library that it does not import', ['libs/other/package.json'], {}, 'none'],
  ['a missing file appears after a failed build', ['apps/order/src/new.ts'], { inputs: undefined }, 'sync'],
  ['an editor’s scratch file after a failed build', ['apps/order/src/app.ts~'], { inputs: undefined }, 'none'],
  ['another service after a failed build', ['apps/user/src/app.ts'], { inputs: undefined }, 'none'],
];

for (const [what, changed, parts, way] of cases) {
  test(`${what}: ${way}`, () => assert.equal(chooseChangeAction({ ...order, ...parts }, changed).way, way));
}

test('the way to new pods names the file that asks for it', () => {
  const way = chooseChangeAction(order, ['apps/order/src/app.ts', 'apps/order/k8s/fragment.yaml']);
  assert.deepEqual(way, { way: 'deploy', because: 'apps/order/k8s/fragment.yaml' });
});

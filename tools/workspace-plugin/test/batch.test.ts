import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchResults, ownerOf } from '../src/batch.ts';

const workspace = { task: 'workspace:lint', root: '.' };
const util = { task: 'util:lint', root: 'tools/util' };
const utils = { task: 'utils:lint', root: 'tools/util-more' };

test('a file belongs to the innermost of the projects', () => {
  const projects = [workspace, util, utils];
  assert.equal(ownerOf(projects, 'tools/util/src/a.ts'), util);
  assert.equal(ownerOf(projects, 'tools/util-more/a.ts'), utils);
  assert.equal(ownerOf(projects, 'eslint.config.js'), workspace);
  assert.equal(ownerOf([util], 'apps/order/src/main.ts'), undefined);
});

test('a project with findings has failed, and no other', () => {
  const results = [...batchResults(new Map([[util, '']]).set(utils, '1 problem\n'), 0)];
  assert.deepEqual(
    results.map(({ task, result: { success, terminalOutput } }) => [task, success, terminalOutput]),
    [
      ['util:lint', true, ''],
      ['utils:lint', false, '1 problem\n'],
    ],
  );
});

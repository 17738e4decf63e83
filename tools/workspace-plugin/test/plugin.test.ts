import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CreateNodesContext, PostTasksExecutionContext } from '@nx/devkit';
import { createNodes, postTasksExecution } from '../src/plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-plugin-'));
after(() => {
  delete process.env.SLIPWAY_TASK_RESULTS;
  rmSync(folder, { recursive: true });
});

async function targetsOf(...files: string[]): Promise<Record<string, string[]>> {
  const nodes = await createNodes[1](files, undefined, {} as CreateNodesContext);
  const projects = nodes.flatMap(([, { projects = {} }]) => Object.entries(projects));
  return Object.fromEntries(projects.map(([root, { targets = {} }]) => [root, Object.keys(targets)]));
}

test('every package is linted and checked, and tested where it has tests', async () => {
  assert.deepEqual(
    await targetsOf(
      'package.json',
      'apps/order/package.json',
      'apps/order/test/deep/orders.test.ts',
      'apps/order-book/package.json',
      'tools/shop/package.json',
      'tools/shop/test-long/crash.test.ts',
    ),
    {
      '.': ['lint'],
      'apps/order': ['lint', 'typecheck', 'test'],
      'apps/order-book': ['lint', 'typecheck'],
      'tools/shop': ['lint', 'typecheck', 'test-long'],
    },
  );
});

test('what became of each task is left where npm test reads it, and nowhere else', async () => {
  const file = join(folder, 'checks/tasks.json');
  const outcome = (project: string, status: string) => [
    `${project}:test`,
    { task: { target: { project, target: 'test' } }, status },
  ];
  const taskResults = Object.fromEntries(
    ['success', 'local-cache', 'local-cache-kept-existing', 'failure', 'skipped', 'stopped'].map((status) =>
      outcome(`ended-as-${status}`, status),
    ),
  ) as PostTasksExecutionContext['taskResults'];
  await postTasksExecution(undefined, { taskResults } as PostTasksExecutionContext);
  process.env.SLIPWAY_TASK_RESULTS = file;
  await postTasksExecution(undefined, { taskResults } as PostTasksExecutionContext);
  const outcomes = JSON.parse(readFileSync(file, 'utf8')) as { project: string; isSuccess: boolean }[];
  assert.deepEqual(
    outcomes.filter(({ isSuccess }) => isSuccess).map(({ project }) => project),
    ['ended-as-success', 'ended-as-local-cache', 'ended-as-local-cache-kept-existing'],
  );
  assert.equal(outcomes.length, 6);
});

test('the counts of tests are an output: a cached run is counted too', async () => {
  const files = ['tools/shop/package.json', 'tools/shop/test/a.test.ts', 'tools/shop/test-long/b.test.ts'];
  const [[, { projects = {} }] = ['', {}]] = await createNodes[1](files, undefined, {} as CreateNodesContext);
  const { test: short, 'test-long': long } = projects['tools/shop']?.targets ?? {};
  assert.deepEqual(short?.outputs, ['{workspaceRoot}/dist/tests/{projectName}-test.json']);
  assert.deepEqual(long?.outputs, ['{workspaceRoot}/dist/tests/{projectName}-test-long.json']);
});

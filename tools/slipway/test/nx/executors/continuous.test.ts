import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const executors = join(import.meta.dirname, '../../../src/nx/executors');
/** What Nx takes for a task that did not complete; see end-continuous.ts. */
const DID_NOT_COMPLETE = 143;

/** Runs an expression in which `executors` is entry.ts, as Nx's task process runs an executor. */
function runTask(expression: string, env = {}) {
  const script = `const executors = await import(${JSON.stringify(join(executors, 'entry.ts'))}); ${expression}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, ...env },
  });
}

test('nx serve that fails has an exit code that says so', () => {
  const context = {
    root: '/nonexistent',
    projectName: 'a',
    projectsConfigurations: { projects: { a: { root: 'a' } } },
  };
  const { status } = runTask(
    `for await (const _ of executors.serve({ watch: true }, ${JSON.stringify({ ...context, root: import.meta.dirname })})) {}`,
  );
  assert.equal(status, DID_NOT_COMPLETE);
});

test('watch mode that cannot begin has an exit code that says so', () => {
  const { status, stderr, stdout } = runTask(
    `await executors.devKind({ context: 'kind-away', timeout: 1, json: false }, { root: process.cwd() })`,
    { KUBECONFIG: '/nonexistent' },
  );
  assert.equal(status, DID_NOT_COMPLETE, stderr + stdout);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFixtureWorkspace, type FixtureWorkspace } from '../../dev/local/fixture-workspace.ts';
import { startRun, type Run } from '../../dev/local/start-run.ts';

const entry = join(import.meta.dirname, '../../../src/nx/executors/entry.ts');
const workspaceRoot = join(import.meta.dirname, '../../../../..');
const limit = { timeout: 180_000 };
/** The tests ask the server by the client that people use. */
const skip = spawnSync('psql', ['--version']).status === 0 ? false : 'psql is not installed';
const running = new Set<Run>();
let fixture: FixtureWorkspace;
let run: Run;

before(async () => {
  fixture = await makeFixtureWorkspace();
});
after(async () => {
  run?.child.kill('SIGINT');
  await run?.exit;
  await fixture.remove();
});

function psql(options: object, root = fixture.root) {
  const projects = { back: { root: 'apps/back' }, front: { root: 'apps/front' } };
  const { project = 'back', ...rest } = options as { project?: string };
  const context = { root, projectName: project, projectsConfigurations: { projects } };
  const all = { local: false, __unparsed__: [], ...rest };
  const call = `executors.psql(${JSON.stringify(all)}, ${JSON.stringify(context)})`;
  const script = `const executors = await import(${JSON.stringify(entry)}); process.exit((await ${call}).success ? 0 : 1);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 });
}

test('a database that does not run, and a service that has none, are told', limit, () => {
  const { status, stderr } = psql({ local: true });
  assert.equal(status, 1);
  assert.match(stderr, /✗ the database of back does not run on this machine\n {2}→ npm start/);
  assert.match(psql({ local: true, project: 'front' }).stderr, /front declares no postgres\(\) key/);
});

test('SQL runs in the database of a running npm start; what fails is the exit code', { ...limit, skip }, async () => {
  run = startRun(fixture.root, [], running);
  await run.line(/Ctrl-C/);
  const flags = ['--local', '--tuples-only', '-c', 'select count(*) from starts'];
  const { status, stdout, stderr } = psql({ local: true, __unparsed__: flags });
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trim(), '1');
  const broken = psql({ local: true, command: 'select nothing' });
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /column "nothing" does not exist/);
});

test('a cluster that is not kind’s is refused before it is asked', limit, () => {
  const { status, stderr } = psql({ context: 'production' }, workspaceRoot);
  assert.equal(status, 1);
  assert.match(stderr, /context "production" is not a kind cluster, and a console is opened on development databases/);
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { UserError } from '@slipway/util/errors';
import { addIgnoreLines } from '../../src/services/secrets/ignore-lines.ts';
import { refuseExposed } from '../../src/services/secrets/refuse-exposed.ts';
import { secretFileProblems } from '../../src/services/secrets/secret-file-problems.ts';

const PATHS = [
  'apps/user/.env',
  'apps/order/.env',
  'deploy/dev/generated/user.secret.json',
  '.slipway/local/user/secrets.env',
];

function workspace(t: TestContext, { isRepository = true } = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'slipway-git-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const path of PATHS) mkdirSync(dirname(join(root, path)), { recursive: true });
  if (isRepository) git(root, 'init', '--quiet');
  return root;
}
function git(root: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: root } });
}
/** What `git add -A` would put into the next commit. */
function staged(root: string): string[] {
  git(root, 'add', '--all');
  return git(root, 'diff', '--cached', '--name-only', '-z').split('\0').filter(Boolean);
}

test('a file that git would stage is refused; the hint’s commands make it ignored', async (t) => {
  const root = workspace(t);
  // Without an end of its last line, as editors leave it.
  writeFileSync(join(root, '.gitignore'), 'node_modules');
  const problems = await secretFileProblems(root, PATHS);
  assert.deepEqual(
    problems.map(({ file, message }) => [file, /and 1 more/.test(message)]),
    [
      ['apps/user/.env', true],
      ['deploy/dev/generated/user.secret.json', false],
      ['.slipway/local/user/secrets.env', false],
    ],
  );
  for (const { message, hint } of problems) {
    assert.match(message, /git/);
    execFileSync('sh', ['-c', hint.slice(hint.indexOf('printf'))], { cwd: root });
  }
  assert.deepEqual(await secretFileProblems(root, PATHS), []);
  for (const path of [...PATHS, 'node_modules/x']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'secret');
  }
  assert.deepEqual(staged(root), ['.gitignore']);
});

test('a file that git tracks is refused, ignored or not; the hint’s command takes it out', async (t) => {
  const root = workspace(t);
  writeFileSync(join(root, 'apps/user/.env'), 'KEY=old');
  git(root, 'add', '--force', 'apps/user/.env');
  await addIgnoreLines(root);
  const [problem, ...rest] = await secretFileProblems(root, PATHS);
  assert.deepEqual(rest, []);
  assert.equal(problem!.file, 'apps/user/.env');
  assert.match(problem!.message, /tracked by git/);
  execFileSync('sh', ['-c', problem!.hint.split(';')[0]!], { cwd: root });
  assert.deepEqual(await secretFileProblems(root, PATHS), []);
  assert.deepEqual(staged(root), ['.gitignore']);
});

test('without a repository, and without git, nothing is refused', async (t) => {
  const root = workspace(t, { isRepository: false });
  assert.deepEqual(await secretFileProblems(root, PATHS), []);
  const path = process.env.PATH;
  process.env.PATH = join(root, 'nothing');
  t.after(() => (process.env.PATH = path));
  assert.deepEqual(await secretFileProblems(root, PATHS), []);
});

test('a workspace below the top of a repository, and in a hook of another one, is asked in its own', async (t) => {
  const outer = workspace(t);
  const other = workspace(t);
  const root = join(outer, 'nested');
  mkdirSync(join(root, 'apps/user'), { recursive: true });
  const paths = ['apps/user/.env'];
  process.env.GIT_DIR = join(other, '.git');
  t.after(() => delete process.env.GIT_DIR);
  assert.equal((await secretFileProblems(root, paths)).length, 1);
  writeFileSync(join(outer, '.gitignore'), 'nested/apps/*/.env\n');
  assert.deepEqual(await secretFileProblems(root, paths), []);
});

test('no secret is written through a linked folder', async (t) => {
  const root = workspace(t);
  await addIgnoreLines(root);
  const elsewhere = workspace(t);
  rmSync(join(root, 'deploy/dev/generated'), { recursive: true });
  symlinkSync(elsewhere, join(root, 'deploy/dev/generated'));
  const [problem] = await secretFileProblems(root, PATHS);
  assert.equal(problem!.file, 'deploy/dev/generated');
  assert.match(problem!.message, /symbolic link/);
});

test('the lines are added once, also before there is a repository, and only those that lack', async (t) => {
  for (const isRepository of [true, false]) {
    const root = workspace(t, { isRepository });
    writeFileSync(join(root, '.gitignore'), 'dist/\n.slipway/');
    assert.deepEqual(await addIgnoreLines(root), ['deploy/dev/generated/', '.env']);
    assert.equal(readFileSync(join(root, '.gitignore'), 'utf8'), 'dist/\n.slipway/\ndeploy/dev/generated/\n.env\n');
    assert.deepEqual(await addIgnoreLines(root), []);
  }
});

test('a backup is refused where git would stage it; the hint’s command makes it ignored', async (t) => {
  const root = workspace(t);
  for (const name of ['order.dump', 'a folder/backup']) {
    const files = [join(root, name), join(root, dirname(name), `.123.${basename(name)}`)];
    const error = await refuseExposed(files, name).then(
      () => assert.fail('it is not refused'),
      (failure: UserError) => failure,
    );
    assert.ok(error.message.includes(name));
    execFileSync('sh', ['-c', error.hint!.slice(error.hint!.indexOf('printf'))], { cwd: root });
    await refuseExposed(files, name);
  }
  await refuseExposed([join(tmpdir(), 'nowhere', 'order.dump')], '/tmp/nowhere/order.dump');
});

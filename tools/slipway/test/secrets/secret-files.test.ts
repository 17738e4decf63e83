import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { UserError } from '@slipway/util/errors';
import { addIgnoreLines } from '../../src/secrets/ignore-lines.ts';
import { refuseExposed } from '../../src/secrets/refuse-exposed.ts';
import { secretFileFaults } from '../../src/secrets/secret-file-faults.ts';

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
  const faults = await secretFileFaults(root, PATHS);
  assert.deepEqual(
    faults.map(({ file, problem }) => [file, /and 1 more/.test(problem)]),
    [
      ['apps/user/.env', true],
      ['deploy/dev/generated/user.secret.json', false],
      ['.slipway/local/user/secrets.env', false],
    ],
  );
  for (const { problem, cure } of faults) {
    assert.match(problem, /git/);
    execFileSync('sh', ['-c', cure.slice(cure.indexOf('printf'))], { cwd: root });
  }
  assert.deepEqual(await secretFileFaults(root, PATHS), []);
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
  const [fault, ...rest] = await secretFileFaults(root, PATHS);
  assert.deepEqual(rest, []);
  assert.equal(fault!.file, 'apps/user/.env');
  assert.match(fault!.problem, /tracked by git/);
  execFileSync('sh', ['-c', fault!.cure.split(';')[0]!], { cwd: root });
  assert.deepEqual(await secretFileFaults(root, PATHS), []);
  assert.deepEqual(staged(root), ['.gitignore']);
});

test('without a repository, and without git, nothing is refused', async (t) => {
  const root = workspace(t, { isRepository: false });
  assert.deepEqual(await secretFileFaults(root, PATHS), []);
  const path = process.env.PATH;
  process.env.PATH = join(root, 'nothing');
  t.after(() => (process.env.PATH = path));
  assert.deepEqual(await secretFileFaults(root, PATHS), []);
});

test('a workspace below the top of a repository, and in a hook of another one, is asked in its own', async (t) => {
  const outer = workspace(t);
  const other = workspace(t);
  const root = join(outer, 'nested');
  mkdirSync(join(root, 'apps/user'), { recursive: true });
  const paths = ['apps/user/.env'];
  process.env.GIT_DIR = join(other, '.git');
  t.after(() => delete process.env.GIT_DIR);
  assert.equal((await secretFileFaults(root, paths)).length, 1);
  writeFileSync(join(outer, '.gitignore'), 'nested/apps/*/.env\n');
  assert.deepEqual(await secretFileFaults(root, paths), []);
});

test('no secret is written through a linked folder', async (t) => {
  const root = workspace(t);
  await addIgnoreLines(root);
  const elsewhere = workspace(t);
  rmSync(join(root, 'deploy/dev/generated'), { recursive: true });
  symlinkSync(elsewhere, join(root, 'deploy/dev/generated'));
  const [fault] = await secretFileFaults(root, PATHS);
  assert.equal(fault!.file, 'deploy/dev/generated');
  assert.match(fault!.problem, /symbolic link/);
});

test('the lines are added once, also before there is a repository, and only those that lack', async (t) => {
  for (const isRepository of [true, false]) {
    const root = workspace(t, { isRepository });
    writeFileSync(join(root, '.gitignore'), 'dist/\n.slipway/');
    assert.deepEqual(await addIgnoreLines(root), ['deploy/dev/generated/', 'apps/*/.env']);
    assert.equal(
      readFileSync(join(root, '.gitignore'), 'utf8'),
      'dist/\n.slipway/\ndeploy/dev/generated/\napps/*/.env\n',
    );
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

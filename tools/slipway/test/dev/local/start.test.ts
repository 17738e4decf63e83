import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { makeFixtureWorkspace, type FixtureWorkspace } from './fixture-workspace.ts';
import { startRun, type Run } from './start-run.ts';

/** Nothing here takes long; this only keeps a broken run from hanging. */
const limit = { timeout: 60_000 };

let fixture: FixtureWorkspace;
const running = new Set<Run>();
before(async () => {
  fixture = await makeFixtureWorkspace();
});
afterEach(async () => {
  for (const run of running) run.child.kill('SIGKILL');
  await processesGone();
});
after(() => fixture.remove());

function start(...args: string[]): Run {
  return startRun(fixture.root, args, running);
}

/** The processes that belong to the fixture: its path is in their command line. */
async function processesLeft(): Promise<string[]> {
  const ps = spawn('ps', ['-eo', 'pid=,stat=,args='], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  ps.stdout.on('data', (chunk) => (text += chunk));
  await once(ps, 'close');
  return text.split('\n').filter((line) => line.includes(fixture.root) && !/^ *\d+ +Z/.test(line));
}

/** Waits until none is left; the test's time limit bounds it. */
async function processesGone(): Promise<void> {
  while ((await processesLeft()).length > 0) await sleep(50);
}

async function ask(port: number): Promise<{ word: string; pid: number; key: string; starts?: number }> {
  return (await fetch(`http://127.0.0.1:${port}/`)).json() as never;
}

test('starts everything, with secrets that only the owner can read; SIGINT leaves no process', limit, async () => {
  const run = start();
  await run.line(/All ready/);
  const { ports, root } = fixture;
  const [front, back] = [await ask(ports.front), await ask(ports.back)];
  assert.equal(back.starts, 1);
  assert.equal(front.key, back.key);
  const file = join(root, 'apps/back/.env');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(Object.keys(parseEnv(await readFile(file, 'utf8'))).sort(), [
    'ADMIN_PASSWORD',
    'DATABASE_URL',
    'FRONT_KEY',
  ]);
  run.child.kill('SIGINT');
  assert.equal(await run.exit, 0);
  assert.deepEqual(await processesLeft(), []);
});

test('a second start keeps data and secrets, also without the .env file', limit, async () => {
  const file = join(fixture.root, 'apps/back/.env');
  const before = await readFile(file, 'utf8');
  await rm(file);
  const run = start();
  await run.line(/All ready/);
  assert.ok((await ask(fixture.ports.back)).starts! > 1);
  assert.deepEqual(parseEnv(await readFile(file, 'utf8')), parseEnv(before));
  run.child.kill('SIGTERM');
  assert.equal(await run.exit, 0);
  assert.deepEqual(await processesLeft(), []);
});

test('a database whose password is lost, or was changed in .env, is given the one of .env', limit, async () => {
  const { root, ports } = fixture;
  const file = join(root, 'apps/back/.env');
  const changes = [
    async () => {
      await rm(file);
      await rm(join(root, '.slipway/local/back/secrets.env'));
    },
    async () => writeFile(file, (await readFile(file, 'utf8')).replace(/(postgres:\/\/back:)\w+/, '$1by%20hand')),
  ];
  for (const change of changes) {
    await change();
    const run = start();
    await run.line(/back's database was given the password of apps\/back\/\.env/);
    await run.line(/All ready/);
    assert.ok((await ask(ports.back)).starts! > 1, 'the data is there');
    const { DATABASE_URL, ADMIN_PASSWORD } = parseEnv(await readFile(file, 'utf8'));
    for (const secret of [new URL(DATABASE_URL!).password, ADMIN_PASSWORD!])
      assert.ok(!run.lines.join('\n').includes(secret), 'no value is printed');
    run.child.kill('SIGINT');
    assert.equal(await run.exit, 0);
  }
  assert.match(await readFile(join(root, '.slipway/local/back/secrets.env'), 'utf8'), /by%20hand/);
});

test('a throw-away run prints where its password lies, and not the password', limit, async () => {
  const run = start('--ephemeral');
  const line = await run.line(/To sign in: ADMIN_PASSWORD in /);
  const file = line.slice(line.indexOf(' in /') + ' in '.length).trim();
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const { ADMIN_PASSWORD } = parseEnv(await readFile(file, 'utf8'));
  assert.equal(ADMIN_PASSWORD?.length, 24);
  await run.line(/Ctrl-C stops/);
  assert.ok(!run.lines.join('\n').includes(ADMIN_PASSWORD), 'the password is printed');
  run.child.kill('SIGINT');
  assert.equal(await run.exit, 0);
  await assert.rejects(stat(file), { code: 'ENOENT' });
});

test(
  'in a throw-away run a service that cannot be built fails alone; when none is left, the run ends',
  limit,
  async () => {
    const sources = ['back', 'front'].map((name) => `apps/${name}/src/main.ts`);
    const [back = '', front = ''] = await Promise.all(
      sources.map((path) => readFile(join(fixture.root, path), 'utf8')),
    );
    try {
      await fixture.write('apps/back/src/main.ts', 'const = 3;\n');
      const alone = start('--ephemeral');
      await alone.line(/✗ back cannot be built/);
      const url = /http:\S+/.exec(await alone.line(/^ {2}front: http/))?.[0] ?? '';
      assert.equal((await fetch(url)).status, 200);
      alone.child.kill('SIGINT');
      assert.equal(await alone.exit, 0);

      await fixture.write('apps/front/src/main.ts', 'const = 3;\n');
      assert.equal(await start('--ephemeral').exit, 1);
    } finally {
      await fixture.write('apps/back/src/main.ts', back);
      await fixture.write('apps/front/src/main.ts', front);
    }
  },
);

test('what git would stage is refused before it is written', limit, async () => {
  const { root, write } = fixture;
  const env = join(root, 'apps/back/.env');
  await rm(env);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  const refused = start();
  assert.equal(await refused.exit, 1);
  assert.match(refused.lines.join('\n'), /apps\/\w+\/\.env: is not ignored by git/);
  await assert.rejects(stat(env), { code: 'ENOENT' });
  await write('.gitignore', 'apps/*/.env\n.slipway/\n');
  const run = start();
  await run.line(/All ready/);
  run.child.kill('SIGINT');
  assert.equal(await run.exit, 0);
  const others = execFileSync('git', ['ls-files', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  assert.doesNotMatch(others, /\.env$|\.tmp$|\.slipway/m);
  await rm(join(root, '.git'), { recursive: true });
});

test('a killed runner leaves no process, and the next start works', limit, async () => {
  const first = start();
  await first.line(/All ready/);
  first.child.kill('SIGKILL');
  await first.exit;
  const second = start();
  await second.line(/All ready/);
  second.child.kill('SIGKILL');
  await second.exit;
  await processesGone();
});

test('ended during start-up, it leaves no process', limit, async () => {
  await rm(join(fixture.root, '.slipway/local/back'), { recursive: true, force: true });
  const run = start();
  await run.line(/front http/);
  run.child.kill('SIGTERM');
  await run.exit;
  assert.deepEqual(await processesLeft(), []);
});

test('a second run of the same services is refused by one line; a throw-away one runs beside it', limit, async () => {
  const first = start();
  await first.line(/All ready/);
  const second = start();
  assert.equal(await second.exit, 1);
  assert.deepEqual(second.lines, [
    `✗ back, front run already (npm start, process ${first.child.pid})`,
    '  → stop it first',
  ]);
  const beside = start(
    '--ephemeral',
    '--',
    process.execPath,
    '-e',
    'console.log("BACK", process.env.BACK_URL); process.exit(7)',
  );
  assert.equal(await beside.exit, 7);
  const url = (await beside.line(/^BACK/)).slice('BACK '.length);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.notEqual(url, `http://127.0.0.1:${fixture.ports.back}`);
  first.child.kill('SIGINT');
  await first.exit;
});

test(
  'a second clone starts beside the first: free ports where the declared ones are taken, told first',
  limit,
  async () => {
    const { ports } = fixture;
    const holders = [ports.back, ports.database].map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(holders.map((holder) => once(holder, 'listening')));
    const run = start();
    await run.line(/Ctrl-C/);
    holders.forEach((holder) => holder.close());
    const first = run.lines[0]!;
    assert.match(first, new RegExp(`back: port ${ports.back} \\(PORT\\) is taken by .*; it is \\d+ here`));
    assert.match(run.lines[1]!, /back: port \d+ \(DATABASE_URL\) is taken by/);
    const moved = Number(/it is (\d+) here/.exec(first)?.[1]);
    assert.equal((await ask(moved)).key, (await ask(ports.front)).key);
    run.child.kill('SIGINT');
    await run.exit;
    assert.doesNotMatch(await readFile(join(fixture.root, 'apps/back/.env'), 'utf8'), new RegExp(`:${moved}`));
    assert.deepEqual(await processesLeft(), []);
  },
);

test(
  'a stack with a name runs beside the other, has data of its own, and its hints repeat the name',
  limit,
  async () => {
    const run = start('--stack', 'review');
    await run.line(/All ready .*stack review/);
    const again = start('--stack', 'review', '--only', 'back');
    assert.equal(await again.exit, 1);
    assert.match(again.lines.join('\n'), /back runs already/);
    await stat(join(fixture.root, '.slipway/stacks/review/back/postgres/PG_VERSION'));
    await stat(join(fixture.root, '.slipway/logs/stacks/review/back.log'));
    run.child.kill('SIGINT');
    await run.exit;
    const wrong = start('--stack', '../x');
    assert.equal(await wrong.exit, 1);
    assert.match(wrong.lines.join('\n'), /"..\/x" is no name for a stack/);
  },
);

test('an edit restarts what imports the file and nothing else', limit, async () => {
  const run = start();
  await run.line(/Ctrl-C/);
  const before = [await ask(fixture.ports.front), await ask(fixture.ports.back)];
  let from = run.lines.length;
  await fixture.write('libs/unused/src/index.ts', 'export const unused = 2;\n');
  await fixture.write('apps/front/src/extra.ts', 'export const extra = 1;\n');
  await run.line(/front restarted/, from);
  assert.equal((await ask(fixture.ports.back)).pid, before[1]?.pid);
  assert.notEqual((await ask(fixture.ports.front)).pid, before[0]?.pid);
  from = run.lines.length;
  await fixture.write('libs/shared/src/index.ts', "export const word: string = 'two';\n");
  await Promise.all([run.line(/front restarted/, from), run.line(/back restarted/, from)]);
  assert.equal((await ask(fixture.ports.front)).word, 'two');
  assert.equal((await ask(fixture.ports.back)).word, 'two');
  run.child.kill('SIGINT');
  await run.exit;
});

test(
  'a syntax error, a crash and a failed migration are each one block, and the next save heals them',
  limit,
  async () => {
    const run = start();
    await run.line(/Ctrl-C/);
    const main = await readFile(join(fixture.root, 'apps/back/src/main.ts'), 'utf8');
    const migrate = await readFile(join(fixture.root, 'apps/back/src/migrate.ts'), 'utf8');
    const breakAndHeal = async (path: string, content: string, healthy: string, block: RegExp[]) => {
      let from = run.lines.length;
      await fixture.write(path, content);
      await run.line(/back waits for the next save/, from);
      for (const pattern of block) await run.line(pattern, from);
      from = run.lines.length;
      await fixture.write(path, healthy);
      await run.line(/back restarted/, from);
    };
    const mainFile = 'apps/back/src/main.ts';
    await breakAndHeal(mainFile, `${main}\nconst = 3;\n`, main, [
      /✗ back cannot be built/,
      /^│ .*apps\/back\/src\/main\.ts:\d+: Expected identifier/,
    ]);
    await breakAndHeal(mainFile, `${main}\nsetTimeout(() => { throw new Error('boom') }, 300);\n`, main, [
      /✗ back (crashed|ended)/,
      /^│ Error: boom/,
    ]);
    await breakAndHeal('apps/back/src/migrate.ts', "console.error('no such column'); process.exit(3);\n", migrate, [
      /✗ back is not started: its migrations failed \(exit code 3\)/,
      /^│ no such column/,
    ]);
    run.child.kill('SIGINT');
    await run.exit;
  },
);

test('a data folder that is broken is named with the command that removes it, and is left alone', limit, async () => {
  const folder = join(fixture.root, '.slipway/local/back/postgres');
  await rm(join(folder, 'global'), { recursive: true });
  const run = start();
  assert.equal(await run.exit, 1);
  assert.match(await run.line(/→/), /npx nx run back:reset --local/);
  assert.ok((await stat(join(folder, 'PG_VERSION'))).isFile());
  assert.deepEqual(await processesLeft(), []);
});

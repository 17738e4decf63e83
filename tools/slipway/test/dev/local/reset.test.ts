import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, test } from 'node:test';
import { parseEnv } from 'node:util';
import { UserError } from '@slipway/util/errors';
import { resetLocalDatabase } from '../../../src/dev/local/reset-local-database.ts';
import type { Reporter } from '../../../src/deploy/report/reporter.ts';
import { type FixtureWorkspace, makeFixtureWorkspace } from './fixture-workspace.ts';

const script = join(import.meta.dirname, '../../../src/nx/commands/start.ts');
/** Nothing here takes long; this only keeps a broken run from hanging. */
const limit = { timeout: 90_000 };

let fixture: FixtureWorkspace;
const running = new Set<ChildProcess>();
before(async () => {
  fixture = await makeFixtureWorkspace();
});
afterEach(() => stopAll());
after(() => fixture.remove());

/** `npm start`; resolves with its output once a line matches. */
async function start(until: RegExp, ...args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: fixture.root,
    env: { ...process.env, npm_lifecycle_event: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (until.test(line)) resolve(lines);
    });
  }
  child.once('close', () => {
    running.delete(child);
    reject(new Error(`no line ${until} in:\n${lines.join('\n')}`));
  });
  return promise;
}

async function stopAll(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = once(child, 'close');
      child.kill('SIGINT');
      await closed;
    }),
  );
}

async function reset(service = 'back', agrees = true): Promise<{ asked: string[]; told: string[] }> {
  const asked: string[] = [];
  const told: string[] = [];
  const tell = (who: string, step: string, message: string) => void told.push(`${who} ${step} ${message}`);
  const report: Reporter = { event: tell, block: tell, end: () => {} };
  const ask = async (what: string) => {
    asked.push(what);
    if (!agrees) throw new UserError('not confirmed');
  };
  const session = { ask, report, signal: new AbortController().signal };
  await resetLocalDatabase(fixture.root, service, { timeout: 60 }, session);
  return { asked, told };
}

async function ask(port: number): Promise<{ pid: number; key: string; starts?: number }> {
  return (await fetch(`http://127.0.0.1:${port}/`)).json() as never;
}

const dataFolder = () => join(fixture.root, '.slipway/local/back/postgres');

test('without data there is nothing to ask', limit, async () => {
  const { asked, told } = await reset();
  assert.deepEqual(asked, []);
  assert.match(told.join(), /it has no data in \.slipway\/local\/back\/postgres/);
});

for (const args of [[], ['--no-watch']]) {
  test(`a running service begins anew, the others run on ${args.join()}`, limit, async () => {
    await start(/Ctrl-C/, ...args);
    const [front, back] = [await ask(fixture.ports.front), await ask(fixture.ports.back)];
    await assert.rejects(reset('back', false), /not confirmed/);
    assert.deepEqual(await ask(fixture.ports.back), back, 'nothing was touched');

    const { asked, told } = await reset();
    assert.deepEqual(asked, ['This deletes all data of back on this machine: .slipway/local/back/postgres.']);
    assert.match(told[0]!, /^back reset npm start \(process \d+\) runs it/);
    assert.equal(told.at(-1), 'back ready with an empty database');
    const now = await ask(fixture.ports.back);
    assert.equal(now.starts, 1);
    assert.notEqual(now.pid, back.pid);
    assert.equal(now.key, back.key, 'secrets stay');
    assert.equal((await ask(fixture.ports.front)).pid, front.pid);
    assert.deepEqual(readdirSync(join(fixture.root, '.slipway/local/back')).sort(), [
      'journal.json',
      'postgres',
      'run.lock',
      'secrets.env',
    ]);
  });
}

test('what does not run begins anew with its next start', limit, async () => {
  await start(/Ctrl-C/);
  await stopAll();
  const { told } = await reset();
  assert.match(told.join(), /is gone: its next start makes an empty database/);
  assert.equal(existsSync(dataFolder()), false);
  await start(/Ctrl-C/);
  assert.equal((await ask(fixture.ports.back)).starts, 1);
});

test('a database that does not start: the printed command helps', limit, async () => {
  await start(/Ctrl-C/);
  await stopAll();
  await writeFile(join(dataFolder(), 'PG_VERSION'), '9\n');
  const lines = await start(/→/, '--no-watch');
  assert.match(lines.join('\n'), /does not start: it was made by Postgres 9[^]*npx nx run back:reset --local/);
  await Promise.all([...running].map((child) => once(child, 'close')));
  await reset();
  await start(/Ctrl-C/);
  assert.equal((await ask(fixture.ports.back)).starts, 1);
});

test('a service without a database, and a database of the user’s own, are refused', limit, async () => {
  await assert.rejects(reset('front'), /front declares no postgres\(\) key/);
  await assert.rejects(reset('nobody'), /nobody declares no postgres\(\) key/);
  const file = join(fixture.root, 'apps/back/.env');
  const before = await readFile(file, 'utf8');
  const url = parseEnv(before).DATABASE_URL!;
  await writeFile(file, before.replace(url, 'postgres://me@db.example.com/mine'));
  await assert.rejects(reset(), /the database of back is your own: apps\/back\/\.env names it/);
  await writeFile(file, before);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  acceptsPassword,
  EmbeddedPostgresError,
  initDatabase,
  setPassword,
  startPostgres,
} from '@slipway/embedded-postgres';
import { freePort } from '@slipway/util/free-port';

let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'embedded-postgres-test-'));
  await initDatabase(join(home, 'data'), { sync: false });
});
after(() => rm(home, { recursive: true, force: true }));

const settings = { fsync: 'off' };

async function serverPid(dir: string): Promise<number> {
  return Number((await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

const hasCode = (code: string) => (error: unknown) => error instanceof EmbeddedPostgresError && error.code === code;

test('starts, stops and starts again on the same folder', async () => {
  const dir = join(home, 'data');
  for (let run = 0; run < 2; run++) {
    const postgres = await startPostgres({ dir, port: await freePort(), settings });
    const pid = await serverPid(dir);
    await postgres.stop();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  }
});

test('initDatabase leaves a finished folder alone and no scratch folder behind', async () => {
  await initDatabase(join(home, 'data'));
  assert.deepEqual(await readdir(home), ['data']);
});

test('a folder with something else in it is refused', async () => {
  const dir = join(home, 'foreign');
  await mkdir(dir);
  await writeFile(join(dir, 'precious'), '');
  await assert.rejects(initDatabase(dir, { sync: false }), hasCode('wrong-folder'));
  await assert.rejects(startPostgres({ dir, port: 1 }), hasCode('wrong-folder'));
  await writeFile(join(dir, 'PG_VERSION'), '12\n');
  await assert.rejects(initDatabase(dir), /made by Postgres 12/);
  assert.deepEqual(await readdir(dir), ['PG_VERSION', 'precious']);
});

test('a port that is taken is named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await assert.rejects(startPostgres({ dir: join(home, 'data'), port, settings }), hasCode('port-in-use'));
  taken.close();
});

test('a second server on the same folder is refused', async () => {
  const dir = join(home, 'data');
  const first = await startPostgres({ dir, port: await freePort(), settings });
  await assert.rejects(startPostgres({ dir, port: await freePort(), settings }), hasCode('already-running'));
  await first.stop();
});

test("a killed parent's server goes away, and a stale lock file does not stop the next one", async () => {
  const dir = join(home, 'data');
  const script = `
    import { startPostgres } from '@slipway/embedded-postgres';
    await startPostgres({ dir: process.argv[1], port: Number(process.argv[2]), settings: { fsync: 'off' } });
    process.stdout.write('ready');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, dir, String(await freePort())], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(parent.stdout, 'data');
  const pid = await serverPid(dir);
  parent.kill('SIGKILL');
  const next = await startPostgres({ dir, port: await freePort(), settings });
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await next.stop();

  await writeFile(join(dir, 'postmaster.pid'), `${process.pid}\n${dir}\n0\n1\n\n127.0.0.1\n\nready   \n`);
  await (await startPostgres({ dir, port: await freePort(), settings })).stop();
});

test('a password that nobody knows any more is replaced, and the failure of it shows nothing', async () => {
  const dir = join(home, 'with-password');
  await initDatabase(dir, { user: 'order', password: 'lost', sync: false });
  await assert.rejects(setPassword(dir, { user: 'nobody', verifier: 'a-marker' }), (error: Error) => {
    assert.match(error.message, /role "nobody" does not exist/);
    assert.doesNotMatch(error.message, /a-marker/);
    return true;
  });
  await setPassword(dir, { user: 'order', verifier: 'new' });
  const port = await freePort();
  const postgres = await startPostgres({ dir, port, settings });
  try {
    assert.equal(await acceptsPassword({ port, user: 'order', password: 'new' }), true);
    assert.equal(await acceptsPassword({ port, user: 'order', password: 'lost' }), false);
    assert.equal(await acceptsPassword({ port, user: 'nobody', password: 'new' }), false);
  } finally {
    await postgres.stop();
  }
  await assert.rejects(acceptsPassword({ port, user: 'order', password: 'new' }), { code: 'ECONNREFUSED' });
});

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import { makeFixtureWorkspace, type FixtureWorkspace } from './fixture-workspace.ts';
import { controlService } from '../../../src/dev/local/control-service.ts';
import { startRun, type Run } from './start-run.ts';

/** Nothing here takes long; this only keeps a broken run from hanging. */
const limit = { timeout: 180_000 };
const running = new Set<Run>();
let fixture: FixtureWorkspace;
let run: Run;
let backMain: string;

before(async () => {
  fixture = await makeFixtureWorkspace();
  backMain = await readFile(join(fixture.root, 'apps/back/src/main.ts'), 'utf8');
  run = startRun(fixture.root, ['--inspect'], running);
  await run.line(/Ctrl-C/);
});
after(async () => {
  run?.child.kill('SIGINT');
  await run?.exit;
  if (process.env.SHOW_RUN) console.log(run.lines.join('\n'));
  await fixture?.remove();
});

/** By a connection of its own: one that is kept open belongs to one process. */
async function ask(path = '/', port = fixture.ports.back) {
  const options = { headers: { connection: 'close' }, signal: AbortSignal.timeout(20_000) };
  return (await fetch(`http://127.0.0.1:${port}${path}`, options)).json() as Promise<{ pid: number; word: string }>;
}

/** Asks again and again until `work` is done: every answer, in order. A request that fails rejects. */
async function askDuring(work: () => Promise<unknown>): Promise<number[]> {
  const pids: number[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) pids.push((await ask()).pid);
  })();
  await work().finally(() => (isOver = true));
  await asking;
  return pids;
}

test('an edit loses no request: the old process answers until the new one is ready', limit, async () => {
  const old = (await ask()).pid;
  const from = run.lines.length;
  // It listens at once, and is ready a good while later.
  const slow = backMain
    .replace("request.url === '/healthz/ready' ? 200", "request.url === '/healthz/ready' ? (isWarm ? 200 : 503)")
    .concat('let isWarm = false;\nsetTimeout(() => (isWarm = true), 1500);\n');
  const pids = await askDuring(async () => {
    await fixture.write('apps/back/src/main.ts', slow);
    await run.line(/back +.*listening/, from);
    await sleep(300);
    assert.equal((await ask()).pid, old, 'what listens and is not ready is not asked');
    await run.line(/back restarted/, from);
  });
  const next = (await ask()).pid;
  assert.notEqual(next, old);
  assert.deepEqual([...new Set(pids)], pids.at(-1) === old ? [old] : [old, next]);
});

test(
  'who is being answered when the new process is ready has the answer, whatever a signal does to the old one',
  limit,
  async () => {
    const takesTime = backMain
      .replace('response.end(JSON', 'setTimeout(() => response.end(JSON')
      .replace('})));', '})), 400));');
    assert.notEqual(takesTime, backMain);
    let from = run.lines.length;
    await fixture.write('apps/back/src/main.ts', takesTime);
    await run.line(/back restarted/, from);
    from = run.lines.length;
    // Five at any moment, so that one has most of its time before it.
    const [first = []] = await Promise.all([
      askDuring(async () => {
        await fixture.write('apps/back/src/main.ts', backMain);
        await run.line(/back restarted/, from);
      }),
      ...[80, 160, 240, 320].map(async (ms) => {
        await sleep(ms);
        return askDuring(() => run.line(/back restarted/, from));
      }),
    ]);
    assert.notEqual((await ask()).pid, first[0]);
  },
);

test('a syntax error and an early end change nothing; the next save serves', limit, async () => {
  const old = (await ask()).pid;
  for (const broken of ['\nconst = 3;\n', "\nthrow new Error('planted');\n", '\nprocess.exit(0);\n']) {
    const from = run.lines.length;
    const pids = await askDuring(async () => {
      await fixture.write('apps/back/src/main.ts', `${backMain}${broken}`);
      await run.line(/back waits for the next save .*the code before it serves on/, from);
    });
    assert.deepEqual([...new Set(pids)], [old]);
  }
  const from = run.lines.length;
  await fixture.write('apps/back/src/main.ts', backMain);
  await run.line(/back restarted/, from);
  assert.notEqual((await ask()).pid, old);
});

test('a failed migration leaves the old process serving', limit, async () => {
  const migrate = await readFile(join(fixture.root, 'apps/back/src/migrate.ts'), 'utf8');
  const old = (await ask()).pid;
  let from = run.lines.length;
  await fixture.write('apps/back/src/migrate.ts', "console.error('no such column'); process.exit(3);\n");
  await run.line(/its migrations failed/, from);
  assert.equal((await ask()).pid, old);
  from = run.lines.length;
  await fixture.write('apps/back/src/migrate.ts', migrate);
  await run.line(/back restarted/, from);
});

test('a migration that is added together with a faulty key is applied once the key is mended', limit, async () => {
  const { root, write } = fixture;
  const config = await readFile(join(root, 'apps/back/src/config.ts'), 'utf8');
  const migrate = await readFile(join(root, 'apps/back/src/migrate.ts'), 'utf8');
  let from = run.lines.length;
  await Promise.all([
    write('apps/back/src/config.ts', `${config}throw new Error('a faulty key');\n`),
    write(
      'apps/back/src/migrate.ts',
      `${migrate}\nimport { writeFileSync } from 'node:fs';\nwriteFileSync('applied', '');\n`,
    ),
  ]);
  await run.line(/a faulty key/, from);
  // An edit of another service is none of its business.
  await write('apps/front/src/extra.ts', 'export const extra = 1;\n');
  await run.line(/front restarted/, from);
  from = run.lines.length;
  await write('apps/back/src/config.ts', config);
  await run.line(/back restarted/, from);
  await readFile(join(root, 'apps/back/applied'));
});

test('a new service is noticed, and its end as well', limit, async () => {
  const { write, root } = fixture;
  const [port, management] = (await freePorts(2)) as [number, number];
  const plain = (value: number) => ({
    type: 'string',
    default: '8080',
    'x-slipway': { kind: 'plain', secret: false, local: String(value) },
  });
  const schema = { type: 'object', properties: { PORT: plain(port), MANAGEMENT_PORT: plain(management) } };
  const from = run.lines.length;
  await write('apps/late/k8s/fragment.yaml', '');
  await write('apps/late/package.json', '{"name":"@fixture/late","type":"module"}');
  await write('apps/late/src/main.ts', await readFile(join(root, 'apps/front/src/main.ts'), 'utf8'));
  await write('apps/late/src/config.ts', `export const schema = ${JSON.stringify(schema)};\n`);
  await run.line(/late http.*ready after/, from);
  assert.equal((await ask('/', port)).word, 'one');
  await rm(join(root, 'apps/late'), { recursive: true });
  await run.line(/late is gone/, from);
});

test('a server that shares its port with nobody is stopped before its successor starts', limit, async () => {
  const from = run.lines.length;
  const alone = backMain.replace(
    "own.listen(Number(process.env.PORT), '127.0.0.1',",
    "own.listen({ port: Number(process.env.PORT), host: '127.0.0.1', exclusive: true },",
  );
  assert.notEqual(alone, backMain);
  await fixture.write('apps/back/src/main.ts', alone);
  await run.line(/back restarted/, from);
  const second = run.lines.length;
  await fixture.write('apps/back/src/main.ts', `${alone}\n// again\n`);
  await run.line(/back restarted/, second);
  const third = run.lines.length;
  await fixture.write('apps/back/src/main.ts', backMain);
  await run.line(/back restarted/, third);
});

function control(action: 'restart' | 'start' | 'stop', service = 'back'): Promise<boolean> {
  const report = { event: () => {}, block: () => {}, end: () => {} };
  const session = { report, signal: new AbortController().signal };
  return controlService(fixture.root, service, { action, timeout: 60 }, session);
}

/** What a debugger that attaches to the service is told of its process. */
async function inspected(service: string): Promise<{ url: string }[]> {
  const line = await run.line(new RegExp(`${service}: a debugger may attach at`));
  return (await fetch(`http://${line.split(' at ')[1]}/json/list`)).json() as Promise<{ url: string }[]>;
}

test('one service is restarted without a gap, stopped and started again; the others go on', limit, async () => {
  const [old, front] = [(await ask()).pid, (await ask('/', fixture.ports.front)).pid];
  const pids = await askDuring(() => control('restart'));
  assert.deepEqual([...new Set(pids)].slice(0, 1), [old]);
  assert.notEqual((await ask()).pid, old);
  await control('stop');
  await assert.rejects(ask());
  await control('start');
  await ask();
  assert.equal((await ask('/', fixture.ports.front)).pid, front);
});

test('a restart at the moment in which the database ends starts both', limit, async () => {
  const file = join(fixture.root, '.slipway/local/back/postgres/postmaster.pid');
  for (let n = 0; n < 4; n++) {
    const [postmaster] = (await readFile(file, 'utf8')).split('\n');
    process.kill(Number(postmaster), 'SIGQUIT');
    // Sooner and later than the run notices.
    await sleep(n * 10);
    await control('restart');
    await ask();
  }
});

test('a restart that fails says why, and the old process serves on', limit, async () => {
  const old = (await ask()).pid;
  const from = run.lines.length;
  await fixture.write('apps/back/src/main.ts', `${backMain}throw new Error('planted');\n`);
  await run.line(/waits for the next save/, from);
  await assert.rejects(control('restart'), /back ended before it was ready[^]*Error: planted/);
  assert.equal((await ask()).pid, old);
  await fixture.write('apps/back/src/main.ts', backMain);
  await run.line(/back restarted/, from);
  await assert.rejects(control('restart', 'nobody'), /nobody does not run on this machine/);
});

test('each service has a port for a debugger, which goes on to the process that serves', limit, async () => {
  assert.match((await inspected('front'))[0]!.url, /apps\/front\/main\.js$/);
  await control('restart');
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    const [target] = await inspected('back').catch(() => []);
    if (target !== undefined) break;
    assert.ok(Date.now() < end, 'nobody listens for a debugger');
  }
  assert.ok(!run.lines.some((line) => /Debugger listening|Starting inspector/.test(line)));
});

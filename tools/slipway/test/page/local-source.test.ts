import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PageSource } from '../../src/page/data/page-source.ts';
import type { PageFinding } from '../../src/page/data/page-types.ts';
import { type FixtureWorkspace, makeFixtureWorkspace } from '../dev/local/fixture-workspace.ts';
import { type Run, startRun } from '../dev/local/start-run.ts';
import { type FixtureStack, fixtureStack } from './fixture-stack.ts';

/** Real processes and a real Postgres; a safety limit for a busy machine. */
const limit = { timeout: 180_000 };
const signal = new AbortController().signal;
const running = new Set<Run>();
let fixture: FixtureWorkspace;
let source: PageSource;
let stack: FixtureStack;

before(async () => {
  fixture = await makeFixtureWorkspace();
  stack = fixtureStack(fixture.root);
  ({ source } = stack);
}, limit);
after(async () => {
  for (const run of running) {
    run.child.kill('SIGINT');
    await run.exit;
  }
  await fixture.remove();
}, limit);

/** Looks until the stack has exactly these findings; the test's limit bounds it. */
async function untilFound(...codes: string[]): Promise<PageFinding[]> {
  while (true) {
    const { findings, isReady } = await source.look();
    if (String(findings.map(({ code }) => code)) === String(codes) && (codes.length > 0 || isReady)) return findings;
    await sleep(100);
  }
}

const nothing = () => undefined;

test('without a run, the page says how to start one', limit, async () => {
  const [finding] = await untilFound('not-running');
  assert.match(finding?.command ?? '', /start/);
});

test('a stack that is well has nothing to say, and the stages of its starts', limit, async () => {
  const run = startRun(fixture.root, [], running);
  await run.line(/All ready/);
  await untilFound();
  const { services, databases, starts, edges } = await source.look();
  assert.deepEqual(
    services.map(({ name, state }) => [name, state]),
    [
      ['back', 'ready'],
      ['front', 'ready'],
    ],
  );
  assert.equal(databases[0]?.state, 'ready');
  assert.deepEqual(
    starts.find(({ service }) => service === 'back')?.stages.map(({ stage }) => stage),
    ['database', 'build', 'migrate', 'start'],
  );
  assert.deepEqual(
    edges.map(({ from, to, isDeclared }) => [from, to, isDeclared]),
    [
      ['back', 'back-db', true],
      ['front', 'back', true],
    ],
  );
});

test('the environment names every key and where it is from, and no secret', limit, async () => {
  const keys = await source.environment('back');
  const secrets = ['DATABASE_URL', 'FRONT_KEY', 'ADMIN_PASSWORD'];
  assert.deepEqual(
    keys?.filter(({ secret }) => secret).map(({ name }) => name),
    secrets,
  );
  assert.ok(keys?.every(({ secret, value }) => !secret || value === undefined));
  assert.equal(keys?.find(({ name }) => name === 'PORT')?.value, String(fixture.ports.back));
});

test('a lock: who holds it, since when, and how to end it', limit, async () => {
  const login = await stack.login();
  const holder = new pg.Client({ ...login, application_name: 'a-person' });
  const waiting = new pg.Client(login);
  await Promise.all([holder.connect(), waiting.connect()]);
  await holder.query('begin');
  await holder.query('lock table starts in access exclusive mode');
  const blocked = waiting.query('select from starts');
  const findings = await (async () => {
    while (true) {
      const { findings } = await source.look();
      if (findings[0]?.code === 'locked') return findings;
      await sleep(100);
    }
  })();
  assert.match(findings[0]!.message, /\(a-person\).* another waits for/);
  await holder.query('rollback');
  await blocked;
  await Promise.all([holder.end(), waiting.end()]);
  await untilFound();
});

test('a stopped service, and the button that starts it', limit, async () => {
  await source.act({ kind: 'stop', service: 'front' }, signal, nothing);
  const [finding] = await untilFound('stopped');
  await source.act(finding!.action!, signal, nothing);
  await untilFound();
});

test('a broken save: the code before it serves on, and the next save heals it', limit, async () => {
  const file = join(fixture.root, 'apps/front/src/main.ts');
  const good = readFileSync(file, 'utf8');
  await fixture.write('apps/front/src/main.ts', `${good}\nconst = ;\n`);
  const [finding] = await untilFound('build-failed');
  assert.equal(finding?.severity, 'warning');
  assert.match(finding?.details.join('\n') ?? '', /main\.ts/);
  await fixture.write('apps/front/src/main.ts', good);
  await untilFound();
});

test('a service that refuses its environment', limit, async () => {
  const file = join(fixture.root, 'apps/front/src/main.ts');
  const good = readFileSync(file, 'utf8');
  await fixture.write('apps/front/src/main.ts', "console.error('PORT must be integer'); process.exit(78);\n");
  const [finding] = await untilFound('environment-refused');
  assert.match(finding?.details.join('\n') ?? '', /PORT must be integer/);
  await fixture.write('apps/front/src/main.ts', good);
  await untilFound();
});

test('a failing migration', limit, async () => {
  const file = join(fixture.root, 'apps/back/src/migrate.ts');
  const good = readFileSync(file, 'utf8');
  await fixture.write('apps/back/src/migrate.ts', "throw new Error('column of nothing');\n");
  const [finding] = await untilFound('migrations-failed');
  assert.match(finding?.details.join('\n') ?? '', /column of nothing/);
  await fixture.write('apps/back/src/migrate.ts', good);
  await untilFound();
});

test('a database that is gone, and the button that brings it back', limit, async () => {
  stack.crashDatabase();
  const [finding] = await untilFound('database-down');
  assert.equal(finding?.who, 'back-db');
  await source.act(finding.action!, signal, nothing);
  await untilFound();
});

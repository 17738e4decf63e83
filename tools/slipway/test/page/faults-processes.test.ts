/** Faults that are staged with real processes and a real Postgres: each is named on the first screen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readJournal } from '../../src/dev/local/service-journal.ts';
import type { PageSource } from '../../src/page/data/page-source.ts';
import { type FixtureWorkspace, makeFixtureWorkspace } from '../dev/local/fixture-workspace.ts';
import { type Run, startRun } from '../dev/local/start-run.ts';
import { type FaultScreen, openFaultScreen } from './fault-screen.ts';
import { findChromium } from './find-chromium.ts';
import { type FixtureStack, fixtureStack } from './fixture-stack.ts';

const program = findChromium();
/** A safety limit for a busy machine. */
const options = {
  timeout: 180_000,
  ...(program === undefined ? { skip: 'no chromium in the PATH: apt-get install chromium' } : {}),
};
const signal = new AbortController().signal;
const nothing = () => undefined;
const running = new Set<Run>();
let fixture: FixtureWorkspace;
let source: PageSource;
let stack: FixtureStack;
let screen: FaultScreen;

before(async () => {
  if (program === undefined) return;
  fixture = await makeFixtureWorkspace();
  stack = fixtureStack(fixture.root);
  ({ source } = stack);
  await startRun(fixture.root, [], running).line(/All ready/);
  screen = await openFaultScreen(source, program);
}, options);
after(async () => {
  await screen?.close();
  for (const run of running) {
    run.child.kill('SIGINT');
    await run.exit;
  }
  await fixture?.remove();
}, options);

/** The test's limit bounds it. */
async function untilWell(): Promise<void> {
  while (true) {
    const { findings, isReady } = await source.look();
    if (isReady && findings.length === 0) return;
    await sleep(100);
  }
}

/** Writes a file of the fixture for as long as `work` takes. */
async function withFile(path: string, change: (content: string) => string, work: () => Promise<void>): Promise<void> {
  const good = readFileSync(join(fixture.root, path), 'utf8');
  try {
    await fixture.write(path, change(good));
    await work();
  } finally {
    await fixture.write(path, good);
  }
  await untilWell();
}

async function withDatabase(work: (connect: () => Promise<pg.Client>) => Promise<void>): Promise<void> {
  const login = await stack.login();
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client(login);
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    await work(connect);
  } finally {
    // Also of a failed test: what it holds would be in the way of the next.
    await Promise.all(clients.map((client) => client.end()));
  }
  await untilWell();
}

const FRONT = 'apps/front/src/main.ts';

test('service down', options, async () => {
  process.kill(readJournal(stack.dataDir, 'front')!.pid!, 'SIGKILL');
  await screen.names('service-down', 'crashed', /SIGKILL/);
  await source.act({ kind: 'restart', service: 'front' }, signal, nothing);
  await untilWell();
});

test('slow query', options, () =>
  withDatabase(async (connect) => {
    const client = await connect();
    // Heard at once: the cancellation may be here before the answer to it.
    const slow = client.query('select pg_sleep(20)').catch(nothing);
    await screen.names('slow-query', 'slow-query', /runs for \d+ s/);
    await (
      await connect()
    ).query(
      "select pg_cancel_backend(pid) from pg_stat_activity where query like '%pg_sleep(20)%' and pid <> pg_backend_pid()",
    );
    await slow;
  }),
);

test('lock', options, () =>
  withDatabase(async (connect) => {
    const [holder, waiting] = [await connect(), await connect()];
    await holder.query('begin');
    await holder.query('lock table starts in access exclusive mode');
    const blocked = waiting.query('select from starts');
    await screen.names('lock', 'locked', /holds a lock that another waits for/);
    await holder.query('rollback');
    await blocked;
  }),
);

test('wrong secret', options, () =>
  withDatabase(async (connect) => {
    const client = await connect();
    const { rows } = await client.query<{ name: string; hash: string }>(
      'select rolname as name, rolpassword as hash from pg_authid where rolname = current_user',
    );
    const { name, hash } = rows[0]!;
    await client.query(`alter role "${name}" password 'another'`);
    try {
      await screen.names('wrong-secret', 'wrong-password', /refuses the password of back/);
    } finally {
      await client.query(`alter role "${name}" password '${hash}'`);
    }
  }),
);

test('failing readiness check', options, () => {
  const checks = JSON.stringify({
    checks: { stock: { status: 'failed', detail: 'the stock service does not answer' } },
  });
  // It becomes ready first: a start that does not is another fault.
  const failing = (content: string) =>
    content.replace(
      "writeHead(request.url === '/healthz/ready' ? 200 : 404).end('{}')",
      `writeHead(process.uptime() > 3 ? 503 : request.url === '/healthz/ready' ? 200 : 404).end(${JSON.stringify(checks)})`,
    );
  return withFile(FRONT, failing, () => screen.names('failing-readiness', 'not-ready', /is not ready: stock/));
});

test('crash at start', options, () =>
  withFile(
    FRONT,
    () => "throw new Error('the price list is empty');\n",
    () => screen.names('crash-loop', 'ended-early', /exit code 1/),
  ),
);

test('failing migration', options, () =>
  withFile(
    'apps/back/src/migrate.ts',
    () => 'throw new Error(\'column "price" does not exist\');\n',
    () => screen.names('failing-migration', 'migrations-failed', /migration/),
  ),
);

test('exhausted pool', options, () => {
  // A pool of two, both taken and never given back, and what such a pool says of itself.
  const leak = (content: string) =>
    content
      .replace(
        'await client.end();',
        `await client.end();
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
for (let at = 0; at < 5; at += 1) void pool.connect();
const metrics = () => 'process_start_time_seconds 1\\ndb_client_connection_max 2\\n' +
  'db_client_connection_count{db_client_connection_state="used"} ' + (pool.totalCount - pool.idleCount) + '\\n' +
  'db_client_connection_pending_requests ' + pool.waitingCount + '\\n';`,
      )
      .replace(
        "request.url === '/healthz/ready' ? 200 : 404).end('{}')",
        "['/healthz/ready', '/metrics'].includes(request.url) ? 200 : 404).end(request.url === '/metrics' ? metrics() : '{}')",
      )
      // With connections that are open it would not end.
      .replace('  }\n});', '  }\n  process.exit();\n});');
  return withFile('apps/back/src/main.ts', leak, () =>
    screen.names('exhausted-pool', 'pool-exhausted', /all 2 connections of its pool are in use, 3 requests wait/),
  );
});

test('database down', options, async () => {
  stack.crashDatabase();
  await screen.names('database-down', 'database-down', /does not answer at/);
  await source.act({ kind: 'restart', service: 'back' }, signal, nothing);
  await untilWell();
});

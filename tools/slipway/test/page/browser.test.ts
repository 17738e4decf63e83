import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from '@playwright/test';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import type { StackLook } from '../../src/page/data/page-source.ts';
import type { PageSpan } from '../../src/page/data/page-requests.ts';
import { type PageServer, startPageServer } from '../../src/page/server/page-server.ts';
import { findChromium } from './find-chromium.ts';
import { startFakeService } from './fake-service.ts';
import { fakeSource, requestLines } from './fake-source.ts';

const program = findChromium();
const options = {
  timeout: 120_000,
  ...(program === undefined ? { skip: 'no chromium in the PATH: apt-get install chromium' } : {}),
};
/** Where screenshots go, for people to look at. */
const shots = process.env.SLIPWAY_SCREENSHOTS;

const now = new Date().toISOString();
const ready = (name: string) => ({
  name,
  state: 'ready' as const,
  since: now,
  url: `http://127.0.0.1/${name}`,
  pid: 4711,
  failingChecks: [],
  traffic: { requestsPerSecond: 12.4, errorShare: 0, p50Ms: 4, p95Ms: 21, cpuCores: 0.04, memoryBytes: 1e8 },
  actions: ['restart' as const, 'stop' as const],
});
const edge = (from: string, to: string, more: object = {}) => ({ from, to, isDeclared: true, ...more });
const SCENE: StackLook = {
  isReady: false,
  findings: [
    {
      code: 'locked',
      severity: 'error',
      who: 'product-db',
      message: 'a transaction of process 575 (psql), open for 42 s, holds a lock that 2 others wait for',
      details: ['idle in transaction: lock table products in access exclusive mode'],
      hint: 'select pg_terminate_backend(575) ends it',
      command: 'npx nx run product:psql --local',
    },
    {
      code: 'stopped',
      severity: 'warning',
      who: 'order',
      message: 'is stopped: it was asked to',
      details: [],
      command: 'npx nx run order:start',
      action: { kind: 'start', service: 'order' },
    },
  ],
  services: [
    ready('user'),
    ready('product'),
    { name: 'order', state: 'stopped', detail: 'stopped', since: now, failingChecks: [], actions: ['start'] },
    ready('gateway'),
  ],
  databases: [
    {
      name: 'product-db',
      service: 'product',
      state: 'ready',
      sizeBytes: 8e6,
      connections: 3,
      migrations: 2,
      transactions: [
        {
          pid: 575,
          client: 'psql',
          seconds: 42,
          state: 'idle in transaction',
          query: 'lock table products',
          blocks: [3],
        },
      ],
    },
  ],
  edges: [
    edge('gateway', 'user', { calls: 90, requestsPerSecond: 3.1, meanMs: 5 }),
    edge('gateway', 'product', { calls: 40, requestsPerSecond: 2, errorShare: 0.5, meanMs: 1500 }),
    edge('gateway', 'order', { calls: 0 }),
    edge('order', 'product'),
    edge('product', 'product-db', { calls: 40, requestsPerSecond: 2, meanMs: 1400 }),
  ],
  starts: [
    {
      service: 'order',
      at: now,
      cause: ['apps/order/src/app.ts'],
      stages: [
        { stage: 'build', ms: 310 },
        { stage: 'start', ms: 420 },
      ],
      outcome: 'ready',
      ms: 735,
    },
  ],
  actions: ['seed'],
};

const source = fakeSource(SCENE);
let data: PageData;
let server: PageServer;
let browser: Browser;
let page: Page;
/** What the browser itself has to complain of: a refused script, an error. */
const complaints: string[] = [];

before(
  async () => {
    if (program === undefined) return;
    data = openPageData(source, { isReadOnly: false, isRecording: true });
    server = await startPageServer();
    server.show(data);
    // Root has no sandbox of Chromium's; the page is our own.
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    await page.goto(server.link);
    await page.waitForSelector('h1');
  },
  { timeout: 120_000 },
);
after(async () => {
  await browser?.close();
  await server?.close();
  await data?.close();
});

async function shoot(name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
const goTo = async (view: string) => {
  await page.goto(`${new URL(server.link).origin}/#/${view}`);
};

test('the first screen names the cause, worst first, with what helps', options, async () => {
  assert.equal(await page.textContent('h1'), '1 problem, 1 warning');
  const codes = await page.$$eval('.finding', (all) => all.map((one) => one.getAttribute('data-code')));
  assert.deepEqual(codes, ['locked', 'stopped']);
  const box = await page.locator('.finding').first().boundingBox();
  assert.ok(box !== null && box.y + box.height < 800, 'it is seen without scrolling');
  await shoot('why');
});

test('a button does what it says, once', options, async () => {
  await page.getByRole('button', { name: 'Start order' }).click();
  while (source.acted.length === 0) await page.waitForTimeout(20);
  assert.deepEqual(source.acted, [{ kind: 'start', service: 'order' }]);
});

test('keys choose the views, and / the filter', options, async () => {
  await page.keyboard.press('5');
  await page.getByRole('heading', { name: 'Logs' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('4');
  assert.equal(await page.inputValue('input[type=search]'), '4', 'while one types, keys are text');
  await page.keyboard.press('Escape');
  await page.keyboard.press('1');
  await page.locator('.finding').first().waitFor();
});

test('lines appear as they are written, and a filter keeps what it names', options, async () => {
  await goTo('logs');
  source.write('order', { msg: 'a line that comes', status: 503 });
  source.write('user', { msg: 'another', status: 200 });
  await page.getByText('a line that comes').waitFor();
  await page.fill('input[type=search]', 'status=503');
  await page.getByText('another').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.entry').count(), 1);
  await shoot('logs');
});

test('a request leads to its waterfall and its lines; its spans appear when they come', options, async () => {
  for (const [service, line] of requestLines('req-1')) source.write(service, line);
  await goTo('requests');
  await page.getByRole('link', { name: 'POST /api/v1/orders' }).click();
  await page.getByText('Where the time went').waitFor();
  const names = await page.locator('.bar .name').allTextContents();
  assert.deepEqual(
    names.map((name) => name.replace(/\s+/g, ' ').trim()),
    [
      'gateway POST /api/v1/orders 201',
      'order POST /api/v1/orders 201',
      'order waited for its database',
      'product POST /api/v1/orders 201',
      'product waited for its database',
    ],
  );
  assert.equal(await page.locator('.entry').count(), 3);
  const span = (spanId: string, parentSpanId: string, service: string, more: object): PageSpan => ({
    ...{ traceId: 'a'.repeat(32), spanId, parentSpanId, service, name: 'POST /api/v1/orders', kind: 'server' },
    ...{ start: Date.now(), durationMs: 80, isError: false, attributes: {}, ...more },
  });
  data.spans.add([
    span('1', '', 'gateway', {}),
    span('2', '1', 'order', { durationMs: 60 }),
    span('3', '2', 'order', { durationMs: 20, kind: 'client', attributes: { 'db.query.text': 'insert into orders' } }),
  ]);
  await page.getByText('3 spans').waitFor();
  await page.getByText('insert into orders').waitFor();
  await shoot('request');
});

test('the map shows declared calls with what was seen of them', options, async () => {
  await goTo('map');
  await page.locator('.map path.failing').waitFor({ state: 'attached' });
  assert.equal(await page.locator('.map g > path').count(), SCENE.edges.length);
  assert.equal(await page.locator('.map path.unused').count(), 2);
  await shoot('map');
});

test('a route is called from its form, and leads to its request', options, async () => {
  const service = await startFakeService();
  const services = SCENE.services.map((it) => (it.name === 'gateway' ? { ...it, url: service.url } : it));
  source.seen = { ...SCENE, services };
  while ((await data.status()).services.find(({ name }) => name === 'gateway')?.url !== service.url)
    await page.waitForTimeout(50);
  await goTo('api');
  await page.getByRole('link', { name: 'POST /api/v1/orders' }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('button', { name: 'Use its token' }).click();
  assert.equal(await page.inputValue('input[type=password]'), 'issued-4711');
  assert.match(service.received[0]?.body ?? '', /"quantity": 3/);
  await shoot('api');
  for (const [name, line] of requestLines(String(service.received[0]?.headers['x-request-id'])))
    source.write(name, line);
  await page.getByRole('link', { name: 'See its request' }).click();
  await page.getByRole('heading', { name: 'Log lines' }).waitFor();
  source.seen = SCENE;
  await service.close();
});

test('two runs are compared: what became slower, and what warns for the first time', options, async () => {
  const serve = (run: string, ms: number) => {
    for (let at = 0; at < 6; at += 1)
      for (const [service, line] of requestLines(`${run}-${at}`, { ms })) source.write(service, line);
  };
  serve('old', 100);
  await goTo('runs');
  await page.getByText('the only run').waitFor();
  while (data.requests.get('old-5') === undefined) await page.waitForTimeout(20);
  await page.getByRole('button', { name: 'Begin a new run' }).click();
  serve('new', 400);
  source.write('order', { level: 'warn', msg: 'the pool is exhausted' });
  const row = page.locator('tr', { hasText: 'POST /api/v1/orders' });
  await row.locator('.bad', { hasText: '▲' }).first().waitFor();
  await page.locator('tr', { hasText: 'the pool is exhausted' }).getByText('new').waitFor();
  await shoot('runs');
});

test('no view is wider than a telephone, or a laptop', options, async () => {
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const view of [
      'why',
      'services',
      'services/order',
      'map',
      'requests',
      'requests/req-1',
      'logs',
      'deploys',
      'runs',
    ]) {
      await goTo(view);
      await page.waitForSelector('h1');
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.ok(over <= 0, `${view} at ${width}: ${over} px too wide`);
    }
    await goTo('why');
    await page.locator('.finding').first().waitFor();
    if (width === 390) await shoot('why-narrow');
  }
});

test('it is dark where the system is', options, async () => {
  const brightness = async () => {
    const color = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    return color.match(/\d+/g)!.reduce((sum, part) => sum + Number(part), 0);
  };
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await brightness();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.ok((await brightness()) < light / 3);
  await shoot('why-dark');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('an empty stack says what to do', options, async () => {
  source.seen = { ...SCENE, findings: [], services: [], databases: [], edges: [], starts: [] };
  await goTo('services');
  await page.getByText('npx nx g slipway:adopt PROJECT').waitFor();
  source.seen = SCENE;
});

for (const [view, query] of Object.entries({ runs: 'runs', logs: 'logs', requests: 'requests', api: 'api' }))
  test(`${view}: a query that fails says why where its answer would be`, options, async (t) => {
    const other = await browser.newPage();
    t.after(() => other.close());
    const json = { error: 'a bug in slipway' };
    await other.goto(server.link);
    await other.waitForSelector('h1');
    await other.route(new RegExp(`/api/${query}($|\\?)`), (route) => route.fulfill({ status: 500, json }));
    await other.goto(`${new URL(server.link).origin}/#/${view}`);
    await other.getByText('Not read: a bug in slipway').waitFor();
  });

test('when the process ends, the page says so, and no script was refused', options, async () => {
  assert.deepEqual(complaints, []);
  await server.close();
  await page.getByText("The page's process does not answer").waitFor();
});

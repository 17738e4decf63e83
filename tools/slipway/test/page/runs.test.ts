import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hideSecret } from '@slipway/util/secret-mask';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import { addLatency, type Latencies, quantileOf } from '../../src/page/data/latencies.ts';
import type { PageRequest } from '../../src/page/data/page-requests.ts';
import { writeRun } from '../../src/page/data/run-folder.ts';
import type { RunRecord } from '../../src/page/data/run-record.ts';
import { createRunRecorder } from '../../src/page/data/run-recorder.ts';
import { fakeSource, requestLines } from './fake-source.ts';

const limit = { timeout: 60_000 };
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-runs-'));
});
after(() => rm(folder, { recursive: true }));

type Seen = { ms: number; statements: number; warnings?: object[] };

/** Ten requests whose traces have so many statements; resolves when the page has them all. */
async function serve(data: PageData, source: ReturnType<typeof fakeSource>, { ms, statements, warnings = [] }: Seen) {
  const begun = data.logs.size;
  for (let at = 0; at < 10; at += 1) {
    const id = `${ms}-${at}`;
    for (const [service, line] of requestLines(id, { ms })) source.write(service, { ...line, traceId: id });
    const span = { traceId: id, parentSpanId: '', service: 'order', kind: 'client' as const, start: 0, durationMs: 1 };
    const more = { name: 'select', isError: false, attributes: { 'db.query.text': 'select ?' } };
    data.spans.add(Array.from({ length: statements }, (_, one) => ({ ...span, ...more, spanId: `${id} ${one}` })));
  }
  for (const warning of warnings) source.write('order', { level: 'warn', ...warning });
  while (data.logs.size < begun + 30 + warnings.length) await sleep(5);
}

test('runs are kept over the end of the page, and two are compared', limit, async () => {
  const open = () => {
    const source = { ...fakeSource(), runsFolder: folder };
    return { source, data: openPageData(source, { isReadOnly: false, isRecording: true }) };
  };
  const first = open();
  await serve(first.data, first.source, { ms: 80, statements: 2, warnings: [{ msg: 'slow: 812 ms' }] });
  await first.data.close();

  const second = open();
  const warnings = [{ msg: 'slow: 911 ms' }, { msg: 'no answer', level: 'error', err: { message: 'reset by 4711' } }];
  await serve(second.data, second.source, { ms: 200, statements: 7, warnings });
  await second.data.close();

  // What only reads sees both, and adds none.
  const third = openPageData({ ...fakeSource(), runsFolder: folder }, { isReadOnly: true });
  const { runs, isRecording } = await third.runs.list();
  assert.deepEqual(
    [isRecording, ...runs.map(({ requests, warnings: count }) => [requests, count])],
    [false, [10, 2], [10, 1]],
  );
  const compared = (await third.runs.compare())!;
  assert.deepEqual([compared.before?.id, compared.after.id], [runs[1]?.id, runs[0]?.id]);
  const [route] = compared.routes;
  assert.deepEqual([route?.service, route?.method, route?.route], ['gateway', 'POST', '/api/v1/orders']);
  assert.deepEqual([route?.before?.statements, route?.after?.statements], [2, 7]);
  for (const [stats, ms] of [[route?.before, 80] as const, [route?.after, 200] as const])
    assert.ok(stats !== undefined && stats.p50Ms >= ms && stats.p95Ms < ms * 1.06, `${ms}: ${stats?.p95Ms}`);
  assert.deepEqual(
    compared.warnings.map(({ text, before: old, after: now }) => [text, old, now]),
    [
      ['no answer: reset by …', 0, 1],
      ['slow: … ms', 1, 1],
    ],
  );
  assert.equal(await third.runs.compare('2020-01-01T00:00:00.000Z'), undefined);
  await assert.rejects(third.runs.begin(), /records no run/);
  await third.close();
});

test('a new run ends the one before it, also where nothing is kept on disk', limit, async () => {
  const source = fakeSource();
  const data = openPageData(source, { isReadOnly: true, isRecording: true });
  await serve(data, source, { ms: 10, statements: 0 });
  await data.act({ kind: 'new-run' });
  source.write('order', { level: 'warn', msg: 'x' });
  while (data.logs.size < 31) await sleep(5);
  const { runs } = await data.runs.list();
  assert.deepEqual(
    runs.map(({ requests, warnings, isCurrent }) => [requests, warnings, isCurrent]),
    [
      [0, 1, true],
      [10, 0, false],
    ],
  );
  assert.equal((await data.runs.compare())?.routes[0]?.before?.statements, undefined, 'no span, no count');
  await data.close();
});

test('where nothing is kept on disk, a run is there however long ago it was last looked at', limit, async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const source = fakeSource();
  const data = openPageData(source, { isReadOnly: true, isRecording: true });
  source.write('order', { level: 'warn', msg: 'x' });
  while (data.logs.size < 1) await sleep(5);
  for (let minute = 0; minute < 3; minute += 1) {
    context.mock.timers.tick(60_000);
    await sleep(5);
  }
  await data.act({ kind: 'new-run' });
  const { runs } = await data.runs.list();
  assert.deepEqual(
    runs.map(({ warnings }) => warnings),
    [0, 1],
  );
  await data.close();
});

test('warnings that differ in ids alone are one, and no secret is written', limit, async () => {
  const own = join(folder, 'texts');
  hideSecret('marker-4711-of-a-secret');
  const source = { ...fakeSource(), runsFolder: own };
  const data = openPageData(source, { isReadOnly: true, isRecording: true });
  const ids = ['0190f3a2-7abc-7def-8abc-0123456789ab', '0190f3a3-7aaa-7eef-9bcd-a123456789ab', 'deadbeef01', '8f3a2b'];
  for (const id of ids) source.write('order', { level: 'warn', msg: `no stock for ${id}: marker-4711-of-a-secret` });
  while (data.logs.size < ids.length) await sleep(5);
  await data.close();
  const [file = ''] = await readdir(own);
  const run = JSON.parse(await readFile(join(own, file), 'utf8')) as RunRecord;
  assert.deepEqual(
    run.warnings.map(({ text, count }) => [text, count]),
    [['no stock for …: (secret)', ids.length]],
  );
});

test('a folder that is none is a problem of the runs, and of nothing else', limit, async () => {
  const none = join(folder, 'none');
  await writeFile(none, '');
  const source = { ...fakeSource(), runsFolder: none };
  const data = openPageData(source, { isReadOnly: true, isRecording: true });
  source.write('order', { level: 'warn', msg: 'x' });
  while (data.logs.size < 1) await sleep(5);
  await data.act({ kind: 'new-run' });
  const { runs, problem } = await data.runs.list();
  assert.deepEqual([runs.length, problem !== undefined], [2, true]);
  await data.close();
});

test('lines from before the page belong to no run of it', limit, async () => {
  const source = fakeSource();
  const data = openPageData(source, { isReadOnly: true, isRecording: true });
  source.write('order', { level: 'warn', msg: 'old' }, Date.now() - 60_000);
  while (data.logs.size < 1) await sleep(5);
  assert.equal((await data.runs.list()).runs[0]?.warnings, 0);
  await data.close();
});

test('the newest twenty are kept, for this user alone; a broken file hurts none', limit, async () => {
  const own = join(folder, 'many');
  for (let at = 0; at < 25; at += 1) {
    const id = new Date(1e12 + at * 1000).toISOString();
    await writeRun(own, { version: 1, id, until: id, routes: [], warnings: [] });
  }
  const files = await readdir(own);
  assert.equal(files.length, 20);
  assert.equal((await stat(join(own, files[0]!))).mode & 0o077, 0);
  await writeFile(join(own, files[0]!), '{');
  await writeFile(join(own, files[1]!), '{"version":2}');
  await writeFile(join(own, files[2]!), '{"version":1}');
  const run = { version: 1, id: 'x', until: 'x', warnings: [] };
  await writeFile(join(own, files[3]!), JSON.stringify({ ...run, routes: [{ service: 'order' }] }));
  await mkdir(join(own, 'folder.json'));
  const data = openPageData({ ...fakeSource(), runsFolder: own }, { isReadOnly: true });
  assert.equal((await data.runs.list()).runs.length, 16);
  await data.close();
});

test('a request whose outermost part ends late is counted once, as that', () => {
  const part = {
    service: 'product',
    method: 'GET',
    route: '/stock',
    status: 200,
    durationMs: 5,
    start: 0,
    waitedMs: {},
  };
  let known: PageRequest = { ...part, id: 'r', traceId: 't', services: ['product'] };
  const recorder = createRunRecorder(0, { request: () => known, statements: () => 3 });
  const line = { seq: 0, time: 1, service: 'product', pod: 'product', level: 30, text: '' };
  recorder.add(line, 'r');
  recorder.settle(true);
  known = { ...known, service: 'gateway', route: '/orders', status: 503, durationMs: 9000 };
  recorder.add(line, 'r');
  recorder.settle(true);
  const { routes } = recorder.record();
  assert.deepEqual(
    routes.map(({ service, count, errors, traced, statements }) => [service, count, errors, traced, statements]),
    [['gateway', 1, 1, 1, 3]],
  );
});

test('a quantile is at most a twentieth too long', () => {
  const latencies: Latencies = {};
  assert.equal(quantileOf(latencies, 0.5), undefined);
  for (let ms = 1; ms <= 1000; ms += 1) addLatency(latencies, ms);
  for (const [share, ms] of [
    [0.5, 500],
    [0.95, 950],
    [1, 1000],
  ] as const) {
    const found = quantileOf(latencies, share)!;
    assert.ok(found >= ms * 0.999 && found <= ms * 1.051, `${share}: ${found}`);
  }
});

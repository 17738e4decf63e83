import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogStore, type LogStore } from '../../src/page/data/log-store.ts';
import { createRequestStore } from '../../src/page/data/request-store.ts';
import { withoutLiterals } from '../../src/page/data/probe-database.ts';
import { createSpanStore } from '../../src/page/data/span-store.ts';
import type { PageSpan } from '../../src/page/data/page-requests.ts';
import { requestLines } from './fake-source.ts';

let time = 0;
function add(store: LogStore, service: string, line: object | string, isDatabase = false) {
  const text = typeof line === 'string' ? line : JSON.stringify({ level: 'info', service, ...line });
  return store.add({ time: (time += 1), service, pod: service, isDatabase, text });
}
const texts = (store: LogStore, filter: object) =>
  store.find({ limit: 100, ...filter }).entries.map(({ text }) => (JSON.parse(text) as { msg: string }).msg);

test('the oldest line goes first, and that it did is said', () => {
  const store = createLogStore(3);
  for (const msg of ['a', 'b', 'c', 'd', 'e']) add(store, 'order', { msg });
  assert.deepEqual(texts(store, {}), ['c', 'd', 'e']);
  const { dropped, last, searched } = store.find({ limit: 100 });
  assert.deepEqual({ dropped, last, searched, size: store.size }, { dropped: 2, last: 4, searched: 3, size: 3 });
});

test('lines are kept within a size, and one that is too long is cut', () => {
  const store = createLogStore(5, 40_000);
  for (const letter of ['a', 'b', 'c', 'd']) add(store, 'order', letter.repeat(15_000));
  const kept = (filter: object) => store.find({ limit: 100, ...filter }).entries.map(({ seq, text }) => [seq, text[0]]);
  assert.deepEqual(kept({}), [
    [2, 'c'],
    [3, 'd'],
  ]);
  assert.deepEqual([store.size, store.dropped], [2, 2]);
  for (const letter of ['e', 'f', 'g', 'h']) add(store, 'order', letter);
  assert.deepEqual(
    kept({ after: 2 }).map(([, letter]) => letter),
    ['d', 'e', 'f', 'g', 'h'],
  );
  assert.deepEqual([store.size, store.dropped], [5, 3]);
  add(store, 'order', 'x'.repeat(100_000));
  const [last] = store.find({ limit: 1 }).entries;
  assert.equal(last?.text, `${'x'.repeat(16 * 1024)}…`);
  // Longer than all that is kept: alone it stays.
  const small = createLogStore(5, 10);
  for (const text of ['a', 'y'.repeat(20)]) add(small, 'order', text);
  assert.deepEqual([small.size, small.dropped], [1, 1]);
});

test('a request that never ends keeps its first parts', () => {
  const [logs, requests] = [createLogStore(1000), createRequestStore(2)];
  for (let count = 0; count < 60; count += 1)
    for (const [service, line] of requestLines('same')) requests.add(add(logs, service, line));
  assert.equal(requests.get('same')?.parts.length, 50);
  const [[service, line] = ['', {}]] = requestLines('x'.repeat(201));
  requests.add(add(logs, service, line));
  requests.add(add(logs, service, { ...line, requestId: 'long', route: '/'.repeat(5000) }));
  assert.deepEqual(
    requests.find({ limit: 10 }).map(({ id, route }) => [id, route.length]),
    [
      ['long', 200],
      ['same', 14],
    ],
  );
});

test('a limit keeps the newest; after: only later ones', () => {
  const store = createLogStore(10);
  for (const msg of ['a', 'b', 'c', 'd']) add(store, 'order', { msg });
  assert.deepEqual(texts(store, { limit: 2 }), ['c', 'd']);
  assert.deepEqual(texts(store, { after: 2 }), ['d']);
  assert.deepEqual(texts(store, { after: 3 }), []);
});

test('lines of many chunks are found as if each were looked at', () => {
  const store = createLogStore(10_000);
  const all = Array.from({ length: 2000 }, (_, at) => ({
    msg: `Größe ${at} of ${(at * 7919).toString(36)}`,
    status: at % 97 === 0 ? 503 : 200,
    durationMs: (at * 37) % 1000,
    requestId: `req-${at}`,
    level: at % 500 === 0 ? 'error' : 'info',
  }));
  for (const [at, line] of all.entries()) add(store, `service-${at % 3}`, line);
  const found = (filter: object) => texts(store, { limit: 5000, ...filter });
  const wanted = (keep: (line: (typeof all)[number], at: number) => boolean) => all.filter(keep).map(({ msg }) => msg);
  assert.deepEqual(
    found({}),
    wanted(() => true),
  );
  assert.deepEqual(
    found({ words: ['status=503'] }),
    wanted(({ status }) => status === 503),
  );
  assert.deepEqual(
    found({ words: ['durationMs>990'] }),
    wanted(({ durationMs }) => durationMs > 990),
  );
  assert.deepEqual(
    found({ words: ['durationMs<3'] }),
    wanted(({ durationMs }) => durationMs < 3),
  );
  assert.deepEqual(
    found({ words: ['GRÖSSE'.replace('SS', 'ß'), '123'] }),
    wanted(({ msg }, at) => msg.includes('123') || JSON.stringify(all[at]).includes('123')),
  );
  assert.deepEqual(
    found({ level: 50 }),
    wanted(({ level }) => level === 'error'),
  );
  assert.deepEqual(
    found({ request: 'req-7' }),
    wanted((_, at) => at === 7),
  );
  assert.deepEqual(
    found({ services: ['service-1'], after: 1500 }),
    wanted((_, at) => at % 3 === 1 && at > 1500),
  );
  assert.deepEqual(found({ words: ['status=418'] }), []);
  assert.equal(store.find({ words: ['nowhere'], limit: 5 }).searched, 2000);
});

test('who writes much takes no lines from who writes little', () => {
  const store = createLogStore(1000);
  add(store, 'quiet', { msg: 'first' });
  for (let at = 0; at < 3000; at += 1) add(store, 'loud', { msg: `loud ${at}` });
  assert.deepEqual(texts(store, { services: ['quiet'] }), ['first']);
  assert.deepEqual([store.size, store.dropped], [1000, 2001]);
  assert.equal(texts(store, { limit: 999, services: ['loud'] })[0], 'loud 2001');
});

test('lines are kept within a size when chunks of them are compressed', () => {
  const store = createLogStore(100_000, 100_000);
  for (let at = 0; at < 5000; at += 1) add(store, 'order', { msg: `${at}`, pad: 'x'.repeat(100) });
  const { entries } = store.find({ limit: 10_000 });
  assert.equal(entries.length, store.size);
  assert.ok(store.size < 5000 && store.size > 500, `${store.size} lines`);
  assert.deepEqual([entries[0]?.seq, entries.at(-1)?.seq], [store.dropped, 4999]);
});

test('the spans of a trace are found in blocks that are compressed', () => {
  const store = createSpanStore(1000);
  const span = (at: number) =>
    ({ traceId: `${at % 7}`, spanId: `${at}`, start: at, attributes: { at: `${at}` } }) as unknown as PageSpan;
  for (let at = 0; at < 700; at += 1) store.add([span(at)]);
  const spans = store.trace('3');
  assert.deepEqual(
    spans.map(({ start }) => start),
    Array.from({ length: 100 }, (_, at) => at * 7 + 3),
  );
  assert.deepEqual(spans[99]?.attributes, { at: '696' });
});

test('filters hold together: service, level, words and fields of any depth', () => {
  const store = createLogStore(100);
  add(store, 'order', { msg: 'one', status: 503, durationMs: 120, waitedMs: { product: 80 } });
  add(store, 'order', { msg: 'two', status: 200, durationMs: 20 });
  add(store, 'user', { msg: 'three', status: 503, level: 'error' });
  assert.deepEqual(texts(store, { words: ['status=503'] }), ['one', 'three']);
  assert.deepEqual(texts(store, { words: ['status=503'], services: ['order'] }), ['one']);
  assert.deepEqual(texts(store, { words: ['durationMs>100'] }), ['one']);
  assert.deepEqual(texts(store, { words: ['durationMs<100'] }), ['two']);
  assert.deepEqual(texts(store, { words: ['waitedMs.product>50'] }), ['one']);
  assert.deepEqual(texts(store, { words: ['THREE'] }), ['three']);
  assert.deepEqual(texts(store, { level: 50 }), ['three']);
  // A part of a number is not the number.
  assert.deepEqual(texts(store, { words: ['status=50'] }), []);
  add(store, 'user', { msg: 'retries>most: gives up' });
  assert.deepEqual(texts(store, { words: ['retries>most'] }), ['retries>most: gives up']);
});

test('lines that are no JSON have a level where Postgres names one', () => {
  const store = createLogStore(10);
  add(store, 'order-db', '2026-11-29 01:00:00 UTC [7] ERROR:  deadlock detected', true);
  add(store, 'order', 'plain words');
  assert.deepEqual(
    store.find({ limit: 10 }).entries.map(({ level }) => level),
    ['error', 'info'],
  );
});

test('a request is what all services wrote of it, by its outermost', () => {
  const [logs, requests] = [createLogStore(100), createRequestStore(100)];
  for (const [service, line] of requestLines('r1')) requests.add(add(logs, service, line));
  add(logs, 'order', { msg: 'another', requestId: 'r2' });
  const [request] = requests.find({ limit: 10 });
  assert.deepEqual(
    { ...request, start: 0 },
    {
      id: 'r1',
      traceId: 'a'.repeat(32),
      start: 0,
      service: 'gateway',
      durationMs: 80,
      method: 'POST',
      route: '/api/v1/orders',
      status: 201,
      waitedMs: { order: 76 },
      services: ['product', 'order', 'gateway'],
    },
  );
  assert.equal(requests.get('r1')?.parts.length, 3);
  assert.equal(logs.find({ request: 'r1', limit: 10 }).matched, 3);
  assert.equal(requests.get('r2'), undefined);
});

test('requests are found by route, status, service and duration; the oldest goes first', () => {
  const [logs, requests] = [createLogStore(100), createRequestStore(2)];
  const ids = (filter: object) => requests.find({ limit: 10, ...filter }).map(({ id }) => id);
  for (const [id, options] of [
    ['a', {}],
    ['b', { status: 503 }],
    ['c', { ms: 500 }],
  ] as const)
    for (const [service, line] of requestLines(id, options)) requests.add(add(logs, service, line));
  assert.deepEqual(ids({}), ['c', 'b']);
  assert.deepEqual(ids({ status: '5xx' }), ['b']);
  assert.deepEqual(ids({ status: '201' }), ['c']);
  assert.deepEqual(ids({ minMs: 400 }), ['c']);
  assert.deepEqual(ids({ route: 'post /API' }), ['c', 'b']);
  assert.deepEqual(ids({ route: 'GET' }), []);
  assert.deepEqual(ids({ service: 'user' }), []);
});

test('spans go trace by trace, and what went is counted', () => {
  const store = createSpanStore(3);
  const span = (traceId: string, start: number) => ({ traceId, spanId: `${start}`, start, attributes: {} }) as PageSpan;
  store.add([span('a', 2), span('a', 1), span('b', 3)]);
  store.add([span('c', 4)]);
  assert.deepEqual(store.trace('a'), []);
  assert.deepEqual([store.size, store.dropped], [2, 2]);
  assert.equal(store.trace('c').length, 1);
});

test('spans are kept within a size, too', () => {
  const store = createSpanStore(100, 25);
  for (const traceId of ['a', 'b', 'c'])
    store.add([{ traceId, spanId: traceId, start: 1, attributes: { key: 'seven77' } } as unknown as PageSpan]);
  assert.deepEqual([store.trace('a').length, store.trace('c').length, store.size, store.dropped], [0, 1, 2, 1]);
});

test('a statement is shown without what was typed into it', () => {
  for (const [sql, shown] of [
    ["select * from users where email = 'a@b.c' and n = 42", 'select * from users where email = ? and n = ?'],
    ["select 'it''s', $1, t1.c2", 'select ?, $1, t1.c2'],
    ["update x set y = 'cut off in the mid", 'update x set y = ?'],
    ['do $$ begin secret; end $$', 'do ?'],
    ['do $a$ secret', 'do ?'],
    ['select\n  pg_sleep(20)', 'select pg_sleep(?)'],
    ["select E'it\\'s secret', 'x'", 'select ?, ?'],
    ["select e'cut off at \\", 'select ?'],
    ["select 'ends in \\', secret_column", 'select ?, secret_column'],
    ["select 'a e', 'secret', 'x'", 'select ?, ?, ?'],
    ["select /* it's */ 'secret' -- isn't it\n, 'more'", 'select ? , ?'],
    [`select "it's" from t where a = 'secret'`, `select "it's" from t where a = ?`],
    ["select '-- none', 'secret'", 'select ?, ?'],
  ] as const)
    assert.equal(withoutLiterals(sql), shown);
});

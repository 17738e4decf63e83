import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import { type PageServer, startPageServer } from '../../src/page/server/page-server.ts';
import { encodeOtlp } from '../../src/page/telemetry/otlp-messages.ts';
import { readSpans, receiveSpans } from '../../src/page/telemetry/receive-spans.ts';
import { fakeSource } from './fake-source.ts';

const limit = { timeout: 60_000 };
let data: PageData;
let server: PageServer;
let authorization: string;
before(async () => {
  data = openPageData(fakeSource(), { isReadOnly: false });
  server = await startPageServer(receiveSpans);
  server.show(data);
  authorization = server.telemetry.headers.replace('authorization=', '');
});
after(async () => {
  await server.close();
  await data.close();
});

const hex = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', parent: 'eee19b7ec3c1b173' };
/** As the services' exporter writes it, but for the encoding of its ids. */
function message(id: (text: string) => string) {
  const span = {
    traceId: id(hex.traceId),
    spanId: id(hex.spanId),
    parentSpanId: id(hex.parent),
    name: 'SELECT',
    kind: 3,
    startTimeUnixNano: '1764378000000000000',
    endTimeUnixNano: '1764378000012500000',
    attributes: [
      { key: 'db.query.text', value: { stringValue: 'select $1' } },
      { key: 'server.port', value: { intValue: '5432' } },
    ],
    events: [{ name: 'exception', attributes: [{ key: 'exception.message', value: { stringValue: 'it is locked' } }] }],
    status: { code: 2 },
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'x' }, spans: [span] }] }] };
}
const asJson = () => JSON.stringify(message((text) => text));
const asProtobuf = () => encodeOtlp(message((text) => Buffer.from(text, 'hex').toString('base64')));

function send(body: string | Uint8Array, headers: Record<string, string>): Promise<Response> {
  return fetch(`${server.telemetry.endpoint}/v1/traces`, { method: 'POST', body: Buffer.from(body), headers });
}

const wanted = {
  traceId: hex.traceId,
  spanId: hex.spanId,
  parentSpanId: hex.parent,
  service: 'order',
  name: 'SELECT',
  kind: 'client',
  start: 1764378000000,
  durationMs: 12.5,
  isError: true,
  attributes: { 'db.query.text': 'select $1', 'server.port': '5432', error: 'it is locked' },
};

test('JSON and protobuf, packed or not, give the same span', limit, async () => {
  const bodies: [string | Uint8Array, Record<string, string>][] = [
    [asJson(), { 'content-type': 'application/json' }],
    [asProtobuf(), { 'content-type': 'application/x-protobuf' }],
    [gzipSync(asProtobuf()), { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }],
  ];
  for (const [body, headers] of bodies) {
    const before = data.spans.size;
    const response = await send(body, { authorization, ...headers });
    assert.equal(response.status, 200);
    assert.equal(data.spans.size, before + 1);
    assert.deepEqual({ ...data.spans.trace(hex.traceId).at(-1) }, wanted);
  }
});

test('spans of whoever has not the header are refused, the cookie of the page is none', limit, async () => {
  const before = data.spans.size;
  const headers = { 'content-type': 'application/json' };
  assert.equal((await send(asJson(), headers)).status, 401);
  assert.equal((await send(asJson(), { ...headers, authorization: `${authorization}x` })).status, 401);
  const entry = await fetch(server.link);
  const cookie = entry.headers.get('set-cookie')!.split(';')[0]!;
  assert.equal((await send(asJson(), { ...headers, cookie })).status, 401);
  assert.equal(data.spans.size, before);
});

test('what is no OTLP is a 400 that says so; what is too much, a 413; nothing is lost by it', limit, async () => {
  const before = data.spans.size;
  const broken: [string, string][] = [
    ['{', 'application/json'],
    ['no protobuf', 'application/x-protobuf'],
  ];
  for (const [body, type] of broken) {
    const response = await send(body, { authorization, 'content-type': type });
    assert.equal(response.status, 400, type);
    assert.match(await response.text(), /not OTLP/);
  }
  assert.equal((await send('x', { authorization, 'content-type': 'text/plain' })).status, 415);
  const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024));
  const packed = { authorization, 'content-type': 'application/json', 'content-encoding': 'gzip' };
  assert.equal((await send(bomb, packed)).status, 413);
  const long = Buffer.alloc(9 * 1024 * 1024);
  assert.equal((await send(long, { authorization, 'content-type': 'application/json' })).status, 413);
  assert.equal(data.spans.size, before);
});

test('an export without spans is taken', limit, async () => {
  assert.equal((await send('{}', { authorization, 'content-type': 'application/json' })).status, 200);
});

test('of a span that is too large, a bounded part is kept', () => {
  const long = 'x'.repeat(10_000);
  const attributes = Array.from({ length: 500 }, (_, index) => ({
    key: `${index}${long}`,
    value: { stringValue: long },
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: long } }] };
  const span = { traceId: long, name: long, attributes, status: { code: 2, message: long } };
  const [kept] = readSpans({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }, true);
  const { traceId, name, service, attributes: few } = kept!;
  assert.deepEqual([traceId.length, name.length, service.length], [200, 200, 200]);
  assert.equal(Object.keys(few).length, 129);
  assert.ok(Object.entries(few).every(([key, value]) => key.length <= 200 && value.length === 2000));
});

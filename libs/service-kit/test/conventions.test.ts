import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createApp, createParts, type App } from '@shop/service-kit';
import { rawRequest } from '@slipway/testing/http';
import Type from 'typebox';

const { logger, metrics, readiness } = createParts('test', 'silent');
let app: App;
let url: string;
let port: number;

before(async () => {
  app = await createApp({ logger, metrics, readiness, title: 'test' });
  const Body = Type.Object(
    { name: Type.String({ minLength: 1, maxLength: 70_000 }), count: Type.Optional(Type.Integer()) },
    { additionalProperties: false },
  );
  const Query = Type.Object({
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    q: Type.Optional(Type.String({ maxLength: 3 })),
  });
  app.post('/things', { schema: { body: Body } }, (request) => ({ length: request.body.name.length }));
  app.get('/things', { schema: { querystring: Query } }, (request) => request.query);
  app.get(
    '/things/:id',
    { schema: { params: Type.Object({ id: Type.String({ pattern: '^[a-z]+$' }) }) } },
    (request) => request.params,
  );
  app.get('/broken', () => {
    throw new Error('select secret from table');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.server.address() as AddressInfo);
  url = `http://127.0.0.1:${port}`;
});
after(() => app.close());

const json = { 'content-type': 'application/json' };
const post = (body: string | Buffer, headers: Record<string, string> = json) =>
  fetch(`${url}/things`, { method: 'POST', headers, body: body as string });

async function assertProblem(response: Response, status: number, code: string) {
  assert.equal(response.status, status);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(body.status, status);
  assert.equal(body.code, code);
  for (const key of ['type', 'title', 'detail', 'requestId']) assert.equal(typeof body[key], 'string', key);
  assert.equal(body.requestId, response.headers.get('x-request-id'));
  return body;
}

test('malformed JSON, also as bytes, is 400', async () => {
  for (const body of ['{', '{"name":"x"} y', 'nonsense', '{"__proto__":{"a":1},"name":"x"}'])
    await assertProblem(await post(body), 400, 'malformed-json');
  await assertProblem(await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400, 'malformed-json');
});

test('what the schema refuses is 400 and says where', async () => {
  const body = await assertProblem(await post('{"count":1.5,"other":1}'), 400, 'validation-failed');
  assert.deepEqual((body.errors as { path: string }[]).map(({ path }) => path).sort(), ['/count', '/name', '/other']);
  for (const wrong of ['[]', 'null', '"text"', '1', '{"name":""}', '{"name":5}', '{"name":"x","count":"1"}']) {
    await assertProblem(await post(wrong), 400, 'validation-failed');
  }
  await assertProblem(await post(''), 400, 'validation-failed');
});

test('a nest of brackets as deep as the body allows is only a 400', async () => {
  await assertProblem(
    await post(`{"name":${'['.repeat(30_000)}"\\u0041"${']'.repeat(30_000)}}`),
    400,
    'validation-failed',
  );
});

test('text with NUL or a lone surrogate is 400', async () => {
  for (const name of ['a\\u0000b', '\\ud800', '\\udc00x', '\\ude00\\ud83d'])
    await assertProblem(await post(`{"name":"${name}"}`), 400, 'bad-request');
  assert.equal((await post('{"name":"\\ud83d\\ude00"}')).status, 200);
  await assertProblem(await fetch(`${url}/things?q=%00`), 400, 'bad-request');
  await assertProblem(await fetch(`${url}/things?q=%ED%A0%80`), 400, 'bad-request');
});

test('another content type is 415', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'nonsense',
  ]) {
    await assertProblem(await post('{"name":"x"}', { 'content-type': type }), 415, 'unsupported-media-type');
  }
  assert.equal((await post('{"name":"x"}', { 'content-type': 'application/json; charset=utf-8' })).status, 200);
});

test('a compressed body is 415', async () => {
  const compressed = await post(gzipSync('{"name":"x"}'), { ...json, 'content-encoding': 'gzip' });
  await assertProblem(compressed, 415, 'unsupported-media-type');
  assert.equal((await post('{"name":"x"}', { ...json, 'content-encoding': 'identity' })).status, 200);
});

test('65,536 bytes are accepted, one more is 413, also without a length', async () => {
  const body = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`;
  assert.equal(Buffer.byteLength(body(65_536)), 65_536);
  assert.equal((await post(body(65_536))).status, 200);
  await assertProblem(await post(body(65_537)), 413, 'payload-too-large');
  const stream = new Blob([body(65_537)]).stream();
  const chunked = await fetch(`${url}/things`, {
    method: 'POST',
    headers: json,
    body: stream,
    duplex: 'half',
  });
  await assertProblem(chunked, 413, 'payload-too-large');
});

test('unknown routes are 404 and unknown methods 405 with Allow, whatever the body', async () => {
  await assertProblem(await fetch(`${url}/nothing`), 404, 'not-found');
  await assertProblem(await fetch(`${url}/nothing`, { method: 'POST', headers: json, body: '{' }), 404, 'not-found');
  const response = await fetch(`${url}/things`, {
    method: 'PUT',
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  });
  assert.equal(response.headers.get('allow'), 'GET, HEAD, POST');
  await assertProblem(response, 405, 'method-not-allowed');
  const odd = await fetch(`${url}/things/abc`, { method: 'PROPFIND' });
  assert.equal(odd.headers.get('allow'), 'GET, HEAD');
  await assertProblem(odd, 405, 'method-not-allowed');
  await assertProblem(await fetch(`${url}/things/`), 404, 'not-found');
});

test('a URL that cannot be decoded is 400', async () => {
  for (const path of ['/things/%zz', '/%ff', '/things?q=%zz'])
    await assertProblem(await fetch(`${url}${path}`), 400, 'bad-request');
});

test('the query has integers and defaults', async () => {
  assert.deepEqual(await (await fetch(`${url}/things`)).json(), { limit: 20 });
  assert.deepEqual(await (await fetch(`${url}/things?limit=100&q=a`)).json(), { limit: 100, q: 'a' });
  for (const limit of ['0', '101', '-1', '1.5', '1e1', '0x10', '%201', 'x', ''])
    await assertProblem(await fetch(`${url}/things?limit=${limit}`), 400, 'validation-failed');
  await assertProblem(await fetch(`${url}/things?limit=1&limit=2`), 400, 'validation-failed');
});

test('a harmless request id is echoed, another replaced', async () => {
  for (const id of ['a', 'A.b_c-9', 'x'.repeat(64)]) {
    assert.equal((await fetch(`${url}/things`, { headers: { 'x-request-id': id } })).headers.get('x-request-id'), id);
  }
  for (const id of ['', 'a b', 'x'.repeat(65), '<script>', 'a,b']) {
    const echoed =
      (await fetch(`${url}/things`, { headers: { 'x-request-id': id } })).headers.get('x-request-id') ?? '';
    assert.match(echoed, /^[0-9a-f-]{36}$/);
  }
  await assertProblem(await fetch(`${url}/%ff`, { headers: { 'x-request-id': 'mine' } }), 400, 'bad-request');
});

test('a trace is continued with a span of its own, or started', async () => {
  const traceOf = async (headers: Record<string, string>) =>
    (await fetch(`${url}/things`, { headers })).headers.get('traceparent') ?? '';
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const parent = `00-${traceId}-b7ad6b7169203331-01`;
  assert.match(
    await traceOf({ traceparent: parent }),
    new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
  );
  for (const bad of [
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `ff-${traceId}-b7ad6b7169203331-01`,
    `${parent}-x`,
    'nonsense',
  ]) {
    assert.doesNotMatch(await traceOf({ traceparent: bad }), new RegExp(traceId === bad ? '$^' : `^00-${traceId}`));
  }
  assert.match(await traceOf({}), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test('a fault of ours says nothing of itself', async () => {
  const response = await fetch(`${url}/broken`);
  const text = await response.clone().text();
  await assertProblem(response, 500, 'internal-error');
  assert.doesNotMatch(text, /secret|Error|at /);
});

test('metrics are labelled with the route template', async () => {
  await fetch(`${url}/things/abc`);
  await fetch(`${url}/things/${'d'.repeat(200)}`);
  const text = await metrics.registry.metrics();
  assert.match(
    text,
    /http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/things\/:id",http_response_status_code="200"\} \d/,
  );
  assert.doesNotMatch(text, /abc|ddd/);
});

test('security headers are on every answer', async () => {
  for (const path of ['/things', '/nothing', '/%ff']) {
    const { headers } = await fetch(`${url}${path}`);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  }
});

test('what the parser refuses gets a 400 and no crash', async () => {
  assert.match(await rawRequest(port, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.match(
    await rawRequest(port, `GET /things HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`),
    /^HTTP\/1\.1 431/,
  );
  assert.equal((await fetch(`${url}/things`)).status, 200);
});

test('an Expect that nobody knows and CONNECT are answered like any request', async () => {
  const expecting = await rawRequest(
    port,
    'GET /things HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\nConnection: close\r\n\r\n',
  );
  assert.match(expecting, /^HTTP\/1\.1 200/);
  for (const [target, status] of [
    ['/things', 405],
    ['other:443', 404],
  ]) {
    const answer = await rawRequest(port, `CONNECT ${target} HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n`);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} [^]*x-request-id: mine[^]*application/problem\\+json`));
  }
});

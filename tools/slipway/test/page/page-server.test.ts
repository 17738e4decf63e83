import assert from 'node:assert/strict';
import { request as send } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hideSecret } from '@slipway/util/secret-mask';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import { type PageServer, startPageServer } from '../../src/page/server/page-server.ts';
import { fakeSource, NOTHING, requestLines } from './fake-source.ts';

const limit = { timeout: 60_000 };
const SECRET = 'marker-of-a-secret-4711';

const source = fakeSource();
let data: PageData;
let server: PageServer;
let origin: string;
let cookie: string;

before(async () => {
  hideSecret(SECRET);
  data = openPageData(source, { isReadOnly: false });
  server = await startPageServer();
  server.show(data);
  origin = new URL(server.link).origin;
  const entry = await fetch(server.link);
  cookie = entry.headers.get('set-cookie')!.split(';')[0]!;
});
after(async () => {
  await server.close();
  await data.close();
});

type Answer = { status: number; headers: Record<string, unknown>; body: string };

/** Node's fetch lets nobody set Host. */
function ask(path: string, headers: Record<string, string> = {}, { method = 'GET', body = '' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send(`${origin}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const PATHS = [
  '/',
  '/main.js',
  '/style.css',
  '/api/status',
  '/api/logs',
  '/api/events',
  '/v1/traces',
  '/open/x',
  '/no',
  '//',
  '///x',
];

test('without the token every path is refused with an empty body', limit, async () => {
  for (const headers of [{}, { cookie: 'slipway-page=x' }, { cookie: `${cookie}x` }, { authorization: 'Bearer x' }])
    for (const path of PATHS) {
      const answer = await ask(path, headers);
      assert.deepEqual([answer.status, answer.body], [401, ''], `${path} ${JSON.stringify(headers)}`);
    }
});

test('the cookie is for this page alone, and no script can read it', limit, async () => {
  const entry = await ask(new URL(server.link).pathname);
  assert.match(String(entry.headers['set-cookie']), /^slipway-page-\d+=\S+; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.equal((await ask('/', { cookie })).status, 200);
});

test(
  'a name that was made to point here, and a page of another origin, are refused with the token too',
  limit,
  async () => {
    const { host } = new URL(origin);
    assert.equal((await ask('/api/status', { cookie, host: 'evil.example' })).status, 403);
    assert.equal((await ask('/api/status', { cookie, host: `evil.example:${host.split(':')[1]}` })).status, 403);
    assert.equal((await ask('/api/status', { cookie, origin: 'http://evil.example' })).status, 403);
    assert.equal((await ask('/api/status', { cookie, origin: 'null' })).status, 403);
    assert.equal((await ask(new URL(server.link).pathname, { host: 'evil.example' })).status, 403);
  },
);

test('what changes something needs its own origin and JSON', limit, async () => {
  const body = JSON.stringify({ kind: 'restart', service: 'order' });
  const post = (headers: Record<string, string>) => ask('/api/act', { cookie, ...headers }, { method: 'POST', body });
  assert.equal((await post({ 'content-type': 'application/json' })).status, 403);
  assert.equal((await post({ origin, 'content-type': 'text/plain' })).status, 415);
  assert.deepEqual(source.acted, []);
  assert.equal((await post({ origin, 'content-type': 'application/json' })).status, 200);
  assert.deepEqual(source.acted, [{ kind: 'restart', service: 'order' }]);
});

test('an action that is none says so, and nothing is done', limit, async () => {
  const before = source.acted.length;
  for (const body of ['', '{', '{"kind":"drop","service":"order"}', '{"kind":"stop","service":"../x"}']) {
    const answer = await ask(
      '/api/act',
      { cookie, origin, 'content-type': 'application/json' },
      { method: 'POST', body },
    );
    assert.equal(answer.status, 409, body);
  }
  assert.equal(source.acted.length, before);
});

test('read-only does nothing', limit, async () => {
  const quiet = fakeSource();
  const readOnly = openPageData(quiet, { isReadOnly: true });
  await assert.rejects(readOnly.act({ kind: 'stop', service: 'order' }), /read-only/);
  assert.deepEqual(quiet.acted, []);
  await readOnly.close();
});

test('every answer forbids scripts and styles of others, and is kept nowhere', limit, async () => {
  for (const path of ['/', '/main.js', '/api/status', '/no']) {
    const { headers } = await ask(path, { cookie });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  }
});

test('a secret is in no answer, wherever it stood', limit, async () => {
  const id = 'with-secret';
  source.write('order', { msg: `the password is ${SECRET}`, requestId: id });
  source.write('order', `plain ${SECRET}`);
  for (const [service, line] of requestLines(id)) source.write(service, { ...line, reason: SECRET });
  source.seen = {
    ...NOTHING,
    findings: [{ code: 'x', severity: 'error', who: 'order', message: SECRET, details: [`a ${SECRET}`] }],
  };
  while (data.logs.size < 5) await sleep(5);
  await sleep(1100);
  let bytes = 0;
  for (const path of ['status', 'logs', `logs?find=${SECRET}`, 'requests', `request?id=${id}`]) {
    const { status, body } = await ask(`/api/${path}`, { cookie });
    assert.equal(status, 200);
    assert.ok(!body.includes(SECRET), `/api/${path}`);
    bytes += body.length;
  }
  assert.ok(bytes > 1000, 'there was something to search');
  source.seen = NOTHING;
});

test('the assets are small, and the page names nothing from elsewhere', limit, async () => {
  const packed = await Promise.all(
    ['/', '/main.js', '/style.css', '/icon.svg'].map((path) => ask(path, { cookie, 'accept-encoding': 'gzip' })),
  );
  const total = packed.reduce((sum, { headers }) => sum + Number(headers['content-length']), 0);
  assert.ok(total < 120 * 1024, `${total} bytes`);
  const { body } = await ask('/', { cookie });
  assert.doesNotMatch(body, /https?:/);
});

test('what does not exist is not found', limit, async () => {
  for (const path of ['/api/constructor', '/api/x', '/api/request?id=none', '/api/environment?service=none'])
    assert.equal((await ask(path, { cookie })).status, 404, path);
});

test('an address that is none is refused with an empty body', limit, async () => {
  for (const path of ['//', '//:x']) {
    const { status, body } = await ask(path, { cookie });
    assert.deepEqual([status, body], [400, ''], path);
  }
});

test('a body that is too long is answered, and the connection is still good', limit, async () => {
  const headers = { cookie, origin, 'content-type': 'application/json' };
  const before = source.acted.length;
  const long = await ask('/api/act', headers, { method: 'POST', body: 'x'.repeat(4 * 1024 * 1024) });
  assert.deepEqual([long.status, long.body], [413, '']);
  assert.equal(source.acted.length, before);
  assert.equal((await ask('/api/status', { cookie })).status, 200);
});

test('a closed page answers nobody', limit, async () => {
  const own = await startPageServer();
  await own.close();
  await assert.rejects(fetch(own.link));
});

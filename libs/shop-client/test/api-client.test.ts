import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createApiClient, createShopClient } from '../src/index.ts';

/** Answers every request with what came; 409 where the path says so. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray()).toString();
  const { 'content-type': contentType, authorization } = request.headers;
  const status = request.url === '/conflict' ? 409 : request.url === '/away' ? 302 : 200;
  response.writeHead(status, { 'content-type': 'application/problem+json', location: '/elsewhere' });
  response.end(JSON.stringify({ method: request.method, contentType, authorization, body }));
}

const server = createServer((request, response) => void answer(request, response));
let url: string;

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

test('an object is sent as JSON, a string byte for byte', async () => {
  const api = createApiClient(url);
  const { body } = await api.post('/', { body: { a: 1 }, token: 't' });
  const contentType = 'application/json';
  assert.deepEqual(body, { method: 'POST', contentType, authorization: 'Bearer t', body: '{"a":1}' });
  assert.equal((await api.post('/', { body: '{' })).body.body, '{');
  const headers = { 'content-type': 'text/plain' };
  assert.equal((await api.post('/', { body: 'x', headers })).body.contentType, 'text/plain');
});

test('a slash at the end of the address is none too many', async () => {
  for (const end of ['/', '//']) assert.equal((await createApiClient(`${url}${end}`).get('/conflict')).status, 409);
});

test('every status is an answer, a redirect too', async () => {
  assert.equal((await createApiClient(url).get('/conflict')).status, 409);
  assert.equal((await createApiClient(async () => url).get('/away')).headers.get('location'), '/elsewhere');
});

test('another status than the expected one names the request and what came', async () => {
  const api = createApiClient(url);
  assert.equal((await api.expect(200, 'PATCH', '/')).method, 'PATCH');
  await assert.rejects(api.expect(201, 'POST', '/conflict'), /POST \/conflict answered 409, not 201: {"method":"POST"/);
  const shop = createShopClient(api, { email: 'a@shop.example', password: 'p' });
  await assert.rejects(shop.adminToken(), /POST \/api\/v1\/sessions answered 200, not 201/);
});

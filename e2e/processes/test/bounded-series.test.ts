import assert from 'node:assert/strict';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { processUsage } from '@slipway/testing/http';
import { startShop, type ServiceName, type Shop } from '@slipway/testing/processes';

const services = ['gateway', 'user', 'product', 'order'] as const;
const requests = 10_000;
/** All that Node's parser lets through and a client may think of. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE', 'MKCOL', 'TRACE'];
const paths = [
  () => `/${text()}`,
  () => `/${text()}/${text()}?${text()}=${text()}`,
  () => `/api/v1/${text()}`,
  () => `/%ff${text()}`,
  () => `/internal/v1/reservations/${randomUUID()}`,
  () => `/api/v1/products/${randomUUID()}`,
  () => `/api/v1/products/${text()}`,
  () => `/api/v1/products?q=${text()}`,
  () => `/api/v1/products?cursor=${text()}`,
  () => `/api/v1/orders/${randomUUID()}`,
  () => `/api/v1/orders/${text()}/cancel`,
  () => `/api/v1/users/${text()}`,
  () => '/api/v1/sessions',
];

let shop: Shop;
let token: string;
before(async () => {
  shop = await startShop();
  token = (await shop.customer()).token;
});
after(() => shop.stop());

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

function text(): string {
  return randomBytes(randomInt(1, 30)).toString('base64url');
}

function send(service: ServiceName, method: string, path: string): Promise<void> {
  const headers = {
    'x-request-id': text(),
    'user-agent': text(),
    ...(randomInt(2) === 0 ? {} : { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const { port } = shop.ports[service];
    request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) =>
      response.resume().once('end', resolve),
    )
      .once('error', reject)
      .end();
  });
}

/** Every method on every kind of path at every service, `count` requests in all. */
async function sendRandom(count: number): Promise<void> {
  let sent = 0;
  const worker = async () => {
    while (sent < count) {
      const at = sent++;
      const service = services[at % services.length]!;
      const method = methods[Math.floor(at / services.length) % methods.length]!;
      const path = paths[Math.floor(at / services.length / methods.length) % paths.length]!;
      await send(service, method, path());
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

async function seriesOf(service: ServiceName): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${shop.ports[service].management}/metrics`);
  return processUsage(await response.text()).series;
}

test('10 000 requests with random paths, ids and methods add no series at any service', async () => {
  // Each combination with a token and without one, with chance to spare.
  await sendRandom(services.length * methods.length * paths.length * 8);
  const before = await Promise.all(services.map(seriesOf));
  await sendRandom(requests);
  const added = await Promise.all(
    services.map(async (service, at) => {
      const known = new Set(before[at]);
      return (await seriesOf(service)).filter((series) => !known.has(series));
    }),
  );
  assert.deepEqual(added, [[], [], [], []]);
  for (const series of before) {
    assert.ok(series.some((name) => name.includes('http_request_method="_OTHER"')));
    assert.ok(series.some((name) => name.includes('http_route="unmatched"')));
  }
});

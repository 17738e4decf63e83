import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startShop, type ServiceName } from '@slipway/testing/processes';

test('SIGTERM: not ready at once, serving on with Connection: close, then out with 0', async (t) => {
  const shop = await startShop({ SHUTDOWN_TIMEOUT_MS: '8000' });
  t.after(() => shop.stop());
  const paths: Record<ServiceName, string> = {
    gateway: '/api/v1/products',
    product: '/api/v1/products',
    user: '/.well-known/jwks.json',
    order: '/openapi.json',
  };
  for (const name of ['gateway', 'order', 'product', 'user'] as const) {
    const { port, management } = shop.ports[name];
    const health = () => fetch(`http://127.0.0.1:${management}/healthz`);
    while ((await health()).status !== 200) await sleep(10);
    const exited = shop.processes[name].stop('SIGTERM');
    let answer = await health();
    while (answer.status === 200) {
      await sleep(10);
      answer = await health();
    }
    assert.equal(answer.status, 503);
    assert.deepEqual(((await answer.json()) as { failing: string[] }).failing, ['draining']);
    assert.equal((await fetch(`http://127.0.0.1:${management}/healthz/live`)).status, 200);
    const served = await fetch(`http://127.0.0.1:${port}${paths[name]}`);
    assert.deepEqual([served.status, served.headers.get('connection')], [200, 'close']);
    assert.equal(await exited, 0);
  }
});

test('whoever still comes while it drains is served: new connections keep it open beyond the usual time', async (t) => {
  const drainMs = 5000;
  const shop = await startShop({ SHUTDOWN_TIMEOUT_MS: String(4 * drainMs) });
  t.after(() => shop.stop());
  const exited = shop.processes.user.stop('SIGTERM');
  const since = performance.now();
  while (performance.now() - since < drainMs + 1000) {
    // Each answer closes its connection, so the next request comes on a new one.
    const served = await fetch(`http://127.0.0.1:${shop.ports.user.port}/.well-known/jwks.json`);
    assert.equal(served.status, 200);
    await sleep(50);
  }
  assert.equal(await exited, 0);
});

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchGateway } from './gateway.ts';

const BOUND_MS = 60_000;

/** The gateway and the product service behind it answer, soon if not at once. */
export async function expectServing(): Promise<void> {
  const deadline = performance.now() + BOUND_MS;
  while (true) {
    const answer = await readProducts();
    if (answer === '200') return;
    assert.ok(performance.now() < deadline, `no answer from the products within ${BOUND_MS / 1000} s, last: ${answer}`);
    await sleep(250);
  }
}

async function readProducts(): Promise<string> {
  try {
    const response = await fetchGateway('/api/v1/products?limit=1', { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return String(response.status);
  } catch (error) {
    return (error as Error).message;
  }
}

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { fetchGateway } from './support/gateway.ts';
import { expectSuccess, nx } from './support/stack.ts';

type Line = { pod: string; service: string; requestId: string; traceId: string };

/** The JSON lines of an executor's output, without what Nx adds. */
function jsonLines<Value>(output: string): Value[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Value);
}

test('one request is found by its id in every service that it met, and nowhere else', async () => {
  const id = `follow-${randomUUID()}`;
  const answer = await fetchGateway('/api/v1/products', { headers: { 'x-request-id': id } });
  assert.equal(answer.status, 200);
  const { output, ...result } = await nx('run', 'deploy:logs', '--request', id, '--json');
  expectSuccess({ output, ...result });
  const lines = jsonLines<Line>(output);
  assert.deepEqual([...new Set(lines.map(({ service }) => service))].sort(), ['gateway', 'product']);
  assert.ok(
    lines.every(({ requestId, pod, service }) => requestId === id && pod.startsWith(`${service}-`)),
    output,
  );
  assert.equal(new Set(lines.map(({ traceId }) => traceId)).size, 1, output);
});

test('the status of a stack that serves is ready, with rates from every service', async () => {
  const { output, ...result } = await nx('run', 'deploy:status', '--json');
  expectSuccess({ output, ...result });
  type Service = { name: string; state: string; traffic?: { memoryBytes: number } };
  const [status] = jsonLines<{ isReady: boolean; services: Service[] }>(output);
  assert.equal(status?.isReady, true, output);
  for (const { name, state, traffic } of status.services) {
    assert.equal(state, 'ready', name);
    assert.ok((traffic?.memoryBytes ?? 0) > 0, `${name} was not asked: ${output}`);
  }
});

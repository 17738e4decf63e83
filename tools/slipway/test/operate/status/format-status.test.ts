import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatStatus } from '../../../src/operate/status/format-status.ts';
import type { StackStatus } from '../../../src/operate/status/stack-status.ts';

const status: StackStatus = {
  context: 'kind-x',
  stack: 'shop',
  at: '2026-01-02T03:04:05.000Z',
  isReady: false,
  findings: [
    {
      code: 'scaled-to-zero',
      who: 'order-db',
      details: ['one', 'two'],
      hint: 'a hint',
      command: 'npx nx run-many -t deploy-kind',
    },
  ],
  services: [
    {
      kind: 'Deployment',
      name: 'order',
      state: 'failed',
      podsReady: 0,
      podsWanted: 2,
      revision: 3,
      image: 'a515079d11223344',
      isFromWorkingTree: false,
      restarts: 2,
      lastEnd: { reason: 'exit code 78', at: '2026-01-02T03:00:00Z' },
      failingChecks: [],
      traffic: {
        requestsPerSecond: 12.34,
        errorShare: 0.5,
        p50Ms: 3.21,
        p95Ms: 120,
        cpuCores: 0.25,
        memoryBytes: 2 ** 20,
      },
    },
    { kind: 'Deployment', name: 'user', state: 'ready', podsReady: 1, podsWanted: 1, restarts: 0, failingChecks: [] },
  ],
  databases: [{ kind: 'StatefulSet', name: 'order-db', state: 'off', podsReady: 0, podsWanted: 0, restarts: 0 }],
  added: [{ kind: 'Job', name: 'order-warm', state: 'failed', podsReady: 0, podsWanted: 1, restarts: 0 }],
  nodes: [{ name: 'n1', isReady: true, version: 'v1.34.4', pressure: ['DiskPressure'], diskUsed: 0.9 }],
};

test('the verdict, then findings with its command, then the tables', () => {
  const lines = formatStatus(status, undefined, 'npx nx run deploy:diff --context kind-x').split('\n');
  assert.match(lines[0]!, /^✗ shop on kind-x: 1 of 2 services ready/);
  assert.deepEqual(lines.slice(2, 7), [
    '! order-db is scaled to 0',
    '    one',
    '    two',
    '    → a hint',
    '    → npx nx run-many -t deploy-kind',
  ]);
  assert.ok(
    lines.some((line) =>
      /^✗ order +0\/2 +3 +a515079d\* +2 \(exit code 78\) +– +12 +50 % +3.2 ms +120 ms +250m +1Mi$/.test(line),
    ),
  );
  assert.ok(lines.some((line) => /^✔ user +1\/1 +– +– +0 +–/.test(line)));
  assert.ok(lines.some((line) => /^✗ order-db +0\/0/.test(line)));
  assert.ok(lines.some((line) => /^✗ order-warm +Job +0\/1$/.test(line)));
  assert.ok(lines.some((line) => /^✔ n1 +v1.34.4 +90 % +DiskPressure$/.test(line)));
  assert.match(
    lines.at(-1)!,
    /^\* not what this working tree would deploy \(npx nx run deploy:diff --context kind-x\)$/,
  );
});

test('the address stands beneath the verdict', () => {
  const address = { service: 'gateway', url: 'http://127.0.0.1:30080' };
  assert.equal(
    formatStatus({ ...status, address }, undefined, '').split('\n')[1],
    '  gateway at http://127.0.0.1:30080',
  );
});

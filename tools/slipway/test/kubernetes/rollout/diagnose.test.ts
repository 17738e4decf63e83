import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeApi } from '../../../src/kubernetes/client/kube-api.ts';
import { diagnose } from '../../../src/kubernetes/rollout/diagnose.ts';
import type { RolloutState, StateCode } from '../../../src/kubernetes/rollout/states.ts';
import { container, daemonSet, fakeView, job, podOf, statefulSet, waiting } from '../../support/live-objects.ts';

type Answers = { events?: object[]; claims?: Record<string, object> };

/** Answers what it has of events and claims; everything else is not there. */
function fakeApi({ events = [], claims = {} }: Answers): KubeApi {
  return {
    get: (path: string) => {
      if (path.includes('/events?')) {
        const name = /involvedObject\.name%3D([\w-]+)/.exec(path)?.[1];
        return Promise.resolve({ items: events.filter((event) => (event as { of: string }).of === name) });
      }
      return Promise.resolve(claims[path.split('/').at(-1)!]);
    },
  } as unknown as KubeApi;
}

const event = (of: string, reason: string, message: string, lastTimestamp = '2026-11-28T10:00:00Z') => ({
  of,
  type: 'Warning',
  reason,
  message,
  lastTimestamp,
  involvedObject: { uid: `uid-of-${of}` },
});
const stateOf = (code: StateCode, kind = 'Deployment', name = 'order', pod?: string): RolloutState => ({
  code,
  outlook: 'passing',
  object: { kind, name },
  ...(pod === undefined ? {} : { pod }),
  detail: 'what was known',
});
const POD = 'order-5-abcde';
const withClaim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-order-0' } }] };
const claim = (phase: string) => ({
  metadata: { name: 'data-order-0', uid: 'uid-of-data-order-0' },
  status: { phase },
});

async function told(state: RolloutState, answers: Answers, contents: Parameters<typeof fakeView>[0]) {
  const { code, outlook, detail } = await diagnose({ api: fakeApi(answers), view: fakeView(contents) }, state);
  return `${code} ${outlook}: ${detail}`;
}

test('a pod that waits for its sandbox or a volume says so by its newest event', async () => {
  const pods = [podOf(5, [waiting('ContainerCreating')])];
  const events = [
    event(POD, 'FailedMount', 'secret "b" not found', '2026-11-28T10:00:09Z'),
    event(POD, 'FailedCreatePodSandBox', 'no IP addresses', '2026-11-28T10:00:01Z'),
  ];
  const starting = stateOf('starting', 'Deployment', 'order', POD);
  assert.match(
    await told(starting, { events }, { pods }),
    /^volume-not-mounted passing: FailedMount: secret "b" not found/,
  );
  assert.match(await told(starting, { events: events.slice(1) }, { pods }), /^sandbox-failed passing/);
  assert.match(
    await told(starting, { events: [event(POD, 'Pulling', '')] }, { pods }),
    /^starting passing: what was known/,
  );
});

test('a pod without a node because of its claim blames the claim; one that only waits for the pod is not blamed', async () => {
  const pods = [podOf(5, [], [], withClaim)];
  const unscheduled = stateOf('unschedulable', 'Deployment', 'order', POD);
  const failed = event('data-order-0', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found');
  const claims = { 'data-order-0': claim('Pending') };
  assert.match(
    await told(unscheduled, { events: [failed], claims }, { pods }),
    /^volume-unbound passing: PersistentVolumeClaim\/data-order-0: ProvisioningFailed: .*"fast" not found/,
  );
  const waits = event('data-order-0', 'WaitForFirstConsumer', 'waiting for first consumer');
  assert.match(await told(unscheduled, { events: [waits], claims }, { pods }), /^unschedulable passing/);
  assert.match(await told(unscheduled, {}, { pods }), /^volume-unbound passing: .*does not exist/);
  assert.match(
    await told(unscheduled, { events: [failed], claims: { 'data-order-0': claim('Bound') } }, { pods }),
    /^unschedulable passing/,
  );
});

test('StatefulSets, DaemonSets and Jobs whose pods are refused say so by their events, unless a later one says otherwise', async () => {
  const workloads = {
    statefulSets: [statefulSet('order-db')],
    daemonSets: [daemonSet('order-agent', 1)],
    jobs: [job('order-warm', {})],
  };
  const forbidden = 'pods "x" is forbidden: violates PodSecurity "restricted:latest"';
  for (const [kind, name] of [
    ['StatefulSet', 'order-db'],
    ['DaemonSet', 'order-agent'],
    ['Job', 'order-warm'],
  ] as const) {
    const missing = stateOf(kind === 'Job' ? 'job-running' : 'pods-missing', kind, name);
    const refused = event(name, 'FailedCreate', forbidden);
    assert.match(await told(missing, { events: [refused] }, workloads), /^pods-forbidden standing/, kind);
    const later = event(name, 'SuccessfulCreate', 'create Pod', '2026-11-28T10:00:09Z');
    assert.match(await told(missing, { events: [refused, later] }, workloads), /what was known/, kind);
    const quota = event(name, 'FailedCreate', 'forbidden: exceeded quota: pods, requested: pods=1');
    assert.match(await told(missing, { events: [quota] }, workloads), /^quota-exceeded passing/, kind);
  }
});

/** A pod whose process answers with these checks through the API server's port-forward. */
function healthOf(checks: Record<string, string>): KubeApi {
  const failed = Object.entries(checks).map(([name, detail]) => [name, { status: 'failed', detail }]);
  const answer = `HTTP/1.0 503 \r\n\r\n${JSON.stringify({ checks: Object.fromEntries(failed) as object })}`;
  const socket = Object.assign(new EventTarget(), {
    close: () => undefined,
    send: () => {
      const frame = (text: string) => new Uint8Array(Buffer.from(`\0${text}`)).buffer;
      for (const text of ['port', answer]) socket.dispatchEvent(new MessageEvent('message', { data: frame(text) }));
      socket.dispatchEvent(new Event('close'));
    },
  });
  setImmediate(() => socket.dispatchEvent(new Event('open')));
  return { socket: () => socket } as unknown as KubeApi;
}

const silent = 'no answer within 900 ms';
const pending = 'not applied: 0002_b.sql';
const health: [what: string, checks: Record<string, string>, code: StateCode][] = [
  ['lacks migrations', { migrations: pending }, 'migrations-missing'],
  ['has a database that does not answer', { database: silent, migrations: silent }, 'not-ready'],
  ['has a database that is too slow for the second question', { migrations: silent }, 'not-ready'],
  [
    'has a database that refuses',
    { database: 'connect ECONNREFUSED', migrations: 'connect ECONNREFUSED' },
    'not-ready',
  ],
  ['has a gap beside a service that is away', { product: silent, migrations: pending }, 'migrations-missing'],
];
for (const [what, checks, code] of health) {
  test(`a pod that runs and is not ready says by its own checks why: it ${what}`, async () => {
    const ports = { containers: [{ name: 'app', image: 'a', ports: [{ name: 'management', containerPort: 9000 }] }] };
    const view = fakeView({ pods: [podOf(5, [container({ state: { running: {} } })], [], ports)] });
    const state = await diagnose({ api: healthOf(checks), view }, stateOf('not-ready', 'Deployment', 'order', POD));
    assert.equal(state.code, code);
    for (const [name, detail] of Object.entries(checks)) assert.ok(state.detail.includes(`${name}: ${detail}`));
  });
}

test('an API server that does not answer leaves the state as it is', async () => {
  const api = { get: () => Promise.reject(new Error('no answer')) } as unknown as KubeApi;
  const state = stateOf('starting', 'Deployment', 'order', POD);
  assert.equal(await diagnose({ api, view: fakeView({ pods: [podOf(5, [])] }) }, state), state);
});

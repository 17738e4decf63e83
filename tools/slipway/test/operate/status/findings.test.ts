import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeApi } from '../../../src/kubernetes/client/kube-api.ts';
import { describeFinding, SENTENCES } from '../../../src/operate/status/describe-finding.ts';
import { collectFindings } from '../../../src/operate/status/findings.ts';
import type { Finding, FindingCode, ServiceStatus } from '../../../src/operate/status/stack-status.ts';
import { addedStatus, workloadStatus } from '../../../src/operate/status/workload-status.ts';
import {
  complete,
  container,
  cronJob,
  deployment,
  ended,
  FAILED,
  fakeView,
  job,
  podOf,
  READY,
  replicaSet,
  statefulSet,
} from '../../support/live-objects.ts';

const settings = { workspaceRoot: '/', stack: 'shop', cluster: 'fake', namespace: 'shop' };

/** An API server with the events of objects by their names, and one log for every container. */
function fakeApi(events: Record<string, object[]> = {}): KubeApi {
  return {
    context: 'kind-fake',
    get: (path: string) => {
      const name = /involvedObject\.name%3D([\w-]+)/.exec(path)?.[1];
      return Promise.resolve(name === undefined ? undefined : { items: events[name] ?? [] });
    },
    text: () => Promise.resolve('PORT must be integer'),
  } as unknown as KubeApi;
}

type View = ReturnType<typeof fakeView>;
type Parts = Partial<Omit<Parameters<typeof collectFindings>[0], 'api' | 'view' | 'settings'>>;
const findingsOf = (view: View, parts: Parts, api = fakeApi()) =>
  collectFindings({
    api,
    view,
    settings: settings as unknown as Parameters<typeof collectFindings>[0]['settings'],
    facts: new Map(),
    services: [],
    databases: [],
    added: [],
    nodes: [],
    ...parts,
  });
const service = (view: View, more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  ...workloadStatus(view, 'Deployment', 'order'),
  failingChecks: [],
  ...more,
});
const told = (findings: Finding[]) => findings.map((finding) => `${finding.who} ${describeFinding(finding)}`);
const rolledOut = { deployments: [deployment('order', 5, complete())], replicaSets: [replicaSet('order', 5)] };

test('a service that refuses its environment is a finding with its state as data, its hint and the end of its log', async () => {
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [container({ state: ended(78) })])] });
  const [finding] = await findingsOf(view, { services: [service(view)] });
  assert.deepEqual(finding, {
    code: 'not-ready',
    who: 'order',
    podsReady: 0,
    podsWanted: 1,
    reason: {
      code: 'environment-refused',
      outlook: 'final',
      object: { kind: 'Deployment', name: 'order' },
      pod: 'order-5-abcde',
      container: 'app',
      detail: 'exit code 78',
    },
    details: ['log: PORT must be integer'],
    hint: 'fix the keys that its log names; they come from src/config.ts and from the ConfigMap in k8s/fragment.yaml',
    command: 'npx nx run deploy:logs --service order --level warn --context kind-fake',
  });
  assert.equal(
    describeFinding(finding),
    '0 of 1 pods ready: app in order-5-abcde: refuses its environment: exit code 78',
  );
});

test('out of memory is told with the limit, a pod that cannot mount with what is missing', async () => {
  const limits = { containers: [{ name: 'app', resources: { limits: { memory: '24Mi' } } }] };
  const killed = container({ restartCount: 4, state: ended(137, 'OOMKilled') });
  const hungry = fakeView({ ...rolledOut, pods: [podOf(5, [killed], [], limits)] });
  assert.match(
    told(await findingsOf(hungry, { services: [service(hungry)] }))[0]!,
    /OOMKilled, at resources\.limits\.memory 24Mi/,
  );

  const view = fakeView({
    ...rolledOut,
    pods: [podOf(5, [container({ state: { waiting: { reason: 'ContainerCreating' } } })])],
  });
  const event = {
    type: 'Warning',
    reason: 'FailedMount',
    message: 'configmap "x" not found',
    involvedObject: { uid: 'uid-of-order-5-abcde' },
  };
  const [finding] = await findingsOf(view, { services: [service(view)] }, fakeApi({ 'order-5-abcde': [event] }));
  assert.equal(finding!.code === 'not-ready' && finding!.reason?.code, 'volume-not-mounted');
  assert.match(finding!.hint!, /create what the message names/);
});

test('a Job that failed is a finding, so is the last run of a CronJob (E9)', async () => {
  const view = fakeView({
    jobs: [job('order-warm', FAILED), job('order-clean-1', FAILED, { owner: 'order-clean' })],
    cronJobs: [cronJob('order-clean')],
  });
  const added = [addedStatus(view, 'Job', 'order-warm'), addedStatus(view, 'CronJob', 'order-clean')];
  assert.deepEqual(
    added.map(({ state }) => state),
    ['failed', 'failed'],
  );
  const findings = await findingsOf(view, { added });
  assert.match(told(findings)[0]!, /^order-warm 0 of 1 pods ready: Job\/order-warm: failed: BackoffLimitExceeded/);
  assert.match(told(findings)[1]!, /^order-clean .*its newest run failed: order-clean-1: BackoffLimitExceeded/);
});

test('causes come before their effects, and what only waits has no hint', async () => {
  const view = fakeView({
    ...rolledOut,
    statefulSets: [statefulSet('order-db', {}, { replicas: 0 })],
    pods: [podOf(5, [container({ state: { running: {} } })])],
  });
  const findings = await findingsOf(view, {
    services: [service(view, { failingChecks: [{ name: 'database', detail: 'no answer', pods: 2 }] })],
    databases: [workloadStatus(view, 'StatefulSet', 'order-db')],
    nodes: [{ name: 'n1', isReady: false, version: '', pressure: ['DiskPressure'], diskUsed: 0.9 }],
  });
  assert.deepEqual(told(findings), [
    'n1 the node is not ready',
    'n1 the node reports DiskPressure',
    'n1 its disk is 90 % full',
    'order-db is scaled to 0',
    'order 0 of 1 pods ready: app in order-5-abcde: running, not ready',
  ]);
  assert.deepEqual(findings.at(-1)!.details, ['readiness: database: no answer (2 pods)']);
  assert.equal(findings.at(-1)!.hint, undefined);
});

test('a service that is ready has findings too: watch mode, errors, a recent restart', async () => {
  const view = fakeView({ ...rolledOut, pods: [podOf(5, [READY])] });
  const traffic = { requestsPerSecond: 10, errorShare: 0.5, cpuCores: 0, memoryBytes: 0 };
  const lastEnd = { reason: 'exit code 137, OOMKilled', at: new Date().toISOString() };
  const findings = await findingsOf(view, { services: [service(view, { isSynced: true, traffic, lastEnd })] });
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['code-synced', 'server-errors', 'restarted'],
  );
  const absent = await findingsOf(fakeView({}), { services: [service(fakeView({}))] });
  assert.deepEqual(told(absent), ['order not in the cluster']);
});

test('every code has a sentence of its own', () => {
  const codes = Object.keys(SENTENCES) as FindingCode[];
  const fields = { who: '', details: [], condition: 'x', share: 0.5, podsReady: 0, podsWanted: 1, at: 'now', end: 'y' };
  const sentences = codes.map((code) => describeFinding({ ...fields, code }));
  assert.equal(new Set(sentences).size, codes.length);
  assert.ok(
    sentences.every((sentence) => sentence !== '' && !sentence.includes('undefined')),
    sentences.join('\n'),
  );
});

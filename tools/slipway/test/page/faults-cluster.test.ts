/**
 * Faults that only Kubernetes has, on a fake cluster: its objects are as a real one writes them, and what is read out of
 * them is the code of deploy:status. `test/page/stage-fault.ts` stages them on a real cluster.
 */
import { after, before, test } from 'node:test';
import type { KubeApi } from '../../src/kubernetes/client/kube-api.ts';
import { collectFindings } from '../../src/operate/status/findings.ts';
import { workloadStatus } from '../../src/operate/status/workload-status.ts';
import { clusterService } from '../../src/page/data/cluster-workloads.ts';
import { pageFinding } from '../../src/page/data/page-finding.ts';
import {
  complete,
  container,
  deployment,
  ended,
  fakeView,
  podOf,
  replicaSet,
  waiting,
} from '../support/live-objects.ts';
import { type FaultScreen, openFaultScreen } from './fault-screen.ts';
import { fakeSource } from './fake-source.ts';
import { findChromium } from './find-chromium.ts';

const program = findChromium();
const options = {
  timeout: 120_000,
  ...(program === undefined ? { skip: 'no chromium in the PATH: apt-get install chromium' } : {}),
};
const source = { ...fakeSource(), place: 'cluster' as const, title: 'shop on a fake cluster' };
let screen: FaultScreen;
before(async () => {
  if (program !== undefined) screen = await openFaultScreen(source, program);
}, options);
after(() => screen?.close());

let log = '';
/** An API server that has no events, and one log for every container. */
const api = {
  context: 'kind-fake',
  get: () => Promise.resolve({ items: [] }),
  text: () => Promise.resolve(log),
} as unknown as KubeApi;
const settings = { workspaceRoot: '/', stack: 'shop', cluster: 'fake', namespace: 'shop' };

async function show(contents: Parameters<typeof fakeView>[0]): Promise<void> {
  const view = fakeView(contents);
  const status = { ...workloadStatus(view, 'Deployment', 'order'), failingChecks: [] };
  const findings = await collectFindings({
    ...{ api, view, facts: new Map(), services: [status], databases: [], added: [], nodes: [] },
    settings: settings as unknown as Parameters<typeof collectFindings>[0]['settings'],
  });
  const known = { scrapes: undefined, hasDatabase: false, isKind: true, pods: [] };
  source.seen = {
    ...source.seen,
    isReady: false,
    findings: findings.map(pageFinding),
    services: [clusterService(status, known)],
  };
  source.look = () => Promise.resolve(source.seen);
}
const rolledOut = { deployments: [deployment('order', 5, complete())], replicaSets: [replicaSet('order', 5)] };

test('image missing', options, async () => {
  await show({ ...rolledOut, pods: [podOf(5, [waiting('ImagePullBackOff', 'manifest unknown')])] });
  await screen.names('image-missing', 'image-unavailable', /its image cannot be pulled.*manifest unknown/);
});

test('refused by policy', options, async () => {
  const message =
    'pods "order-5-" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false';
  await show({ deployments: [deployment('order', 5)], replicaSets: [replicaSet('order', 5, { message })] });
  await screen.names('refused-by-policy', 'pods-forbidden', /violates PodSecurity "restricted:latest"/);
});

test('crash loop', options, async () => {
  const crashing = container({
    restartCount: 6,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: ended(1),
  });
  log = 'Error: the price list is empty\n    at main.ts:4';
  await show({ ...rolledOut, pods: [podOf(5, [crashing])] });
  log = '';
  await screen.names('crash-loop-kind', 'container-crashing', /CrashLoopBackOff/);
});

test('out of memory', options, async () => {
  await show({ ...rolledOut, pods: [podOf(5, [container({ restartCount: 4, state: ended(137, 'OOMKilled') })])] });
  await screen.names('out-of-memory-kind', 'out-of-memory', /OOMKilled/);
});

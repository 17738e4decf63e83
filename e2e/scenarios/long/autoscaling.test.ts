import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { parse, stringify } from 'yaml';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { fetchGateway } from '../support/gateway.ts';
import { deploy, kubectl, NAMESPACE } from '../support/stack.ts';

const AUTOSCALER = 'deploy/components/production/product/horizontal-pod-autoscaler.yaml';
const CLIENTS = 16;
const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'slipway-autoscaling-'));

before(deploy);
after(async () => {
  rmSync(folder, { recursive: true });
  await kubectl(['-n', NAMESPACE, 'delete', 'hpa', 'product', '--ignore-not-found']);
  await deploy();
});

test('under a bounded load the autoscaler of production adds pods, and takes them away again', async (t) => {
  if (!(await hasMetrics())) {
    t.skip('no metrics server in this cluster: npm run cluster -- add metrics');
    return;
  }
  writeFileSync(
    join(folder, 'hpa.yaml'),
    stringify(impatient(parse(readFileSync(join(workspaceRoot, AUTOSCALER), 'utf8')))),
  );
  await kubectl(['apply', '-f', join(folder, 'hpa.yaml')]);
  // What is idle has to be measured first: until then the autoscaler does nothing.
  await waitForPods('hpa/product', '{.status.conditions[?(@.type=="ScalingActive")].status}', 'True');
  const load = startLoad(t);
  await waitForPods('deployment/product', '{.status.readyReplicas}', '3');
  const { answers, failures } = await load.stop();
  t.diagnostic(`${answers} answers, ${failures.length} failures while it scaled up`);
  assert.ok(answers > 0);
  await waitForPods('deployment/product', '{.spec.replicas}', '1');
});

/** The same object, scaled to a small machine: less CPU per pod, fewer pods, and no five minutes of patience. */
function impatient(autoscaler: { spec: Record<string, unknown> }) {
  const target = { type: 'AverageValue', averageValue: '60m' };
  return {
    ...autoscaler,
    spec: {
      ...autoscaler.spec,
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 15 } },
    },
  };
}

async function hasMetrics(): Promise<boolean> {
  const condition = '{.status.conditions[?(@.type=="Available")].status}';
  const flags = ['--ignore-not-found', '-o', `jsonpath=${condition}`];
  return (await kubectl(['get', 'apiservice', 'v1beta1.metrics.k8s.io', ...flags])).trim() === 'True';
}

function waitForPods(what: string, path: string, value: string): Promise<string> {
  const condition = `--for=jsonpath=${path}=${value}`;
  return kubectl(['-n', NAMESPACE, 'wait', what, condition, '--timeout=300s'], 6 * MINUTE);
}

/** So many clients, each with one request at a time, until `stop`, or until the test ends. */
function startLoad(t: TestContext) {
  const ended = new AbortController();
  t.after(() => ended.abort());
  const failures: string[] = [];
  let answers = 0;
  const client = async () => {
    while (!ended.signal.aborted) {
      try {
        const response = await fetchGateway('/api/v1/products?limit=100', { signal: AbortSignal.timeout(10_000) });
        await response.arrayBuffer();
        if (response.status === 200) answers += 1;
        else failures.push(String(response.status));
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    async stop() {
      ended.abort();
      await clients;
      return { answers, failures };
    },
  };
}

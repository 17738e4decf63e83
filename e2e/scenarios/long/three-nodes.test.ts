import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { stackEnvironment } from 'slipway/target';
import { programs } from '@slipway/checks/programs';
import { runBounded } from '@slipway/checks/run-bounded';
import { logFile, workspaceRoot } from '@slipway/checks/workspace-root';
import { expectSuccess, NAMESPACE } from '../support/stack.ts';

/** A cluster of its own: the one that the other scenarios use may have one node. */
const CLUSTER = 'slipway-nodes';
const CONTEXT = `kind-${CLUSTER}`;
const NODES = ['control-plane', 'worker', 'worker2'].map((role) => `${CLUSTER}-${role}`);
const MINUTE = 60_000;

async function run(argv: [string, ...string[]], env: Record<string, string> = {}): Promise<string> {
  const result = await runBounded(argv, {
    boundMs: 12 * MINUTE,
    logFile: logFile('scenario-three-nodes.log'),
    env: { SLIPWAY_CLUSTER: CLUSTER, GATEWAY_URL: undefined, KUBE_CONTEXT: undefined, ...env },
  });
  expectSuccess(result);
  return result.output;
}

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' });

/** Pods reach what they must and nothing else, the gateway's NodePort answers: the e2e project's cluster specs. */
async function clusterSpecs(): Promise<void> {
  const target = await stackEnvironment(workspaceRoot, CONTEXT);
  await run(programs.playwright('test', '--config=e2e', '--project=cluster', '--reporter=line'), target);
}

before(async () => void (await run(programs.cluster('up', '--nodes', '3'))));
after(async () => void (await run(programs.cluster('down'))));

test('the stack spreads over the workers, and every node has the images', async () => {
  await run(programs.nx('run-many', '-t', 'deploy-kind'));
  const custom = '-o=custom-columns=:spec.nodeName,:spec.containers[0].image';
  const pods = await run(programs.kubectl('--context', CONTEXT, '-n', NAMESPACE, 'get', 'pods', custom));
  const rows = pods
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  assert.deepEqual([...new Set(rows.map(([node]) => node))].sort(), NODES.slice(1));
  const images = new Set(rows.map(([, image = '']) => image));
  for (const node of NODES) {
    const held = new Set(docker('exec', node, 'ctr', '-n', 'k8s.io', 'images', 'ls', '-q').split('\n'));
    for (const image of images) assert.ok(held.has(image), `${node} lacks ${image}`);
  }
});

test('pods of different nodes talk as their policies say', clusterSpecs);

test('a worker is drained and no request fails', async () => {
  const output = await run(programs.nx('run', 'e2e-k8s:chaos', '--grep', 'a worker is drained'));
  assert.doesNotMatch(output, /skipped/);
});

test('they do so again after a node was restarted', async () => {
  docker('restart', NODES[1]!);
  await run(programs.cluster('up'));
  await run(programs.nx('run-many', '-t', 'deploy-kind'));
  await clusterSpecs();
});

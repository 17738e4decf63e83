import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, test } from 'node:test';
import { programs } from '@slipway/checks/programs';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { onEnd } from '../support/on-end.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { fetchGateway } from '../support/gateway.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from '../support/stack.ts';

const BOUND_MS = 180_000;
const SYNCED = 'slipway.dev/synced';
const ROUTES = 'apps/product/src/routes/product-routes.ts';

let watching: ChildProcess | undefined;
let output = '';
onEnd(() => watching?.kill('SIGTERM'));

after(async () => {
  restoreFiles();
  watching?.kill('SIGTERM');
  await deploy();
});

async function startWatching(): Promise<void> {
  const [file, ...args] = programs.nx('run', 'deploy:dev-kind', '--only', 'product');
  output = '';
  watching = spawn(file, args, { cwd: workspaceRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [watching.stdout!, watching.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await until('it watches', () => /a saved file is live/.test(output));
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + BOUND_MS; Date.now() < end; await sleep(200)) if (await isSo()) return;
  assert.fail(`after ${BOUND_MS / 1000} s it is not so that ${what}:\n${output}`);
}

/** The cursor in the list of products, through the gateway: what is planted stands there, as answers keep to their schema. */
async function planted(): Promise<string> {
  const response = await fetchGateway('/api/v1/products?limit=1');
  const body = (await response.json()) as { nextCursor?: string | null };
  return body.nextCursor ?? `none (${response.status})`;
}

function plant(value: string): void {
  const list = /\(request\) => products\.list\(request\.query\)|async \(request\) => \(\{ \.\.\..* \}\)/;
  editFile(ROUTES, (text) =>
    text.replace(list, `async (request) => ({ ...(await products.list(request.query)), nextCursor: '${value}' })`),
  );
}

const productPods = () => podIdentities('app.kubernetes.io/name=product');

test('a save serves in the same pod; what does not compile or start changes nothing', async () => {
  await deploy();
  await startWatching();
  const pods = await productPods();
  assert.notEqual(await kubectl(['-n', NAMESPACE, 'get', 'pods', '-l', SYNCED, '-o', 'name']), '', 'they are marked');

  plant('one');
  await until('the planted code answers', async () => (await planted()) === 'one');
  editFile(ROUTES, (text) => `${text}\nconst broken = ;\n`);
  await until('the fault is told', () => /product-routes\.ts:\d+: Unexpected ";"/.test(output));
  assert.equal(await planted(), 'one');
  editFile(ROUTES, (text) => text.replace('const broken = ;', "throw new Error('planted crash');"));
  await until('the crash is told', () => /planted crash/.test(output));
  assert.equal(await planted(), 'one');
  editFile(ROUTES, (text) => text.replace("throw new Error('planted crash');", ''));
  plant('two');
  await until('the next code answers', async () => (await planted()) === 'two');
  assert.deepEqual(await productPods(), pods, 'the same pods, and no container was restarted');
});

test('what is more than code takes new pods', async () => {
  const pods = await productPods();
  editFile(
    'apps/product/k8s/fragment.yaml',
    (text) =>
      `${text}kind: Deployment\napiVersion: apps/v1\nspec: { minReadySeconds: 1, template: { metadata: { annotations: { planted: 'yes' } } } }\n`,
  );
  await until('the way is told', () => /fragment\.yaml changed: that takes new pods/.test(output));
  await until('the pods are new', async () => (await productPods()).every((pod) => !pods.includes(pod)));
  await until('the deploy has ended', () => (output.match(/services ready/g) ?? []).length >= 2);
  assert.equal(await planted(), 'two', 'the image holds the code as it is');
});

test('leaving puts the image back, also when nothing compiles', async (t) => {
  // As in a fresh clone: without a terminal the last words go there.
  rmSync(join(workspaceRoot, 'dist/watch'), { recursive: true, force: true });
  t.after(restoreFiles);
  editFile(ROUTES, (text) => `${text}\nconst broken = ;\n`);
  watching!.kill('SIGINT');
  await until(
    'no pod is marked',
    async () => (await kubectl(['-n', NAMESPACE, 'get', 'deployments', '-l', SYNCED, '-o', 'name'])) === '',
  );
  assert.equal(await planted(), 'two', 'what was deployed last serves');
  const log = join(workspaceRoot, 'dist/watch/leaving.log');
  await until('it says so', () => /the images that were deployed last are back/.test(readFileSync(log, 'utf8')));
});

test('a deploy that meets pods of a watch mode that was killed replaces them', async () => {
  await deploy();
  await startWatching();
  plant('three');
  await until('the planted code answers', async () => (await planted()) === 'three');
  restoreFiles();
  const { stdout } = spawn('pgrep', ['-f', `${workspaceRoot}/tools/slipway/src/nx/commands/dev-kind.ts`]);
  const [pid] = (await once(stdout.setEncoding('utf8'), 'data')) as [string];
  process.kill(Number(pid.trim()), 'SIGKILL');
  assert.match((await nx('run', 'deploy:diff')).output, /slipway\.dev\/synced/);
  assert.match((await nx('run', 'deploy:status')).output, /product.*runs what a watch mode has sent it/);
  expectSuccess(await nx('run', 'product:deploy-kind'));
  // The pod of before answers until it has drained.
  await until('the code of the files answers', async () => (await planted()) !== 'three');
  assert.equal(await kubectl(['-n', NAMESPACE, 'get', 'deployments', '-l', SYNCED, '-o', 'name']), '');
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { programs } from '@slipway/checks/programs';
import { runBounded } from '@slipway/checks/run-bounded';
import { logFile } from '@slipway/checks/workspace-root';
import { portForward } from '../support/port-forward.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from '../support/stack.ts';

type Target = { health: string; lastError: string; labels: { job: string; service?: string; pod?: string } };
type Alert = { state: string; labels: { alertname: string; service?: string } };

type Pod = {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { containers: { ports?: { name?: string }[] }[] };
};

const MINUTE = 60_000;
let prometheus: Awaited<ReturnType<typeof portForward>>;

before(async () => {
  const build = programs.cluster('images', '--with', 'prometheus');
  expectSuccess(await runBounded(build, { boundMs: 20 * MINUTE, logFile: logFile('prometheus-image.log') }));
  await deploy();
  expectSuccess(await nx('run', 'deploy:monitoring'));
  prometheus = await portForward('pod/prometheus-0', 9090);
});
after(async () => {
  prometheus?.close();
  expectSuccess(await nx('run', 'deploy:monitoring', '--remove'));
  await deploy();
});

test('every pod with a management port is scraped', async () => {
  const { items } = JSON.parse(await kubectl(['-n', NAMESPACE, 'get', 'pods', '-o', 'json'])) as { items: Pod[] };
  const names = items
    .filter(({ metadata, spec }) => metadata.deletionTimestamp === undefined && hasManagementPort(spec))
    .map(({ metadata }) => metadata.name);
  assert.ok(names.length >= 4, `${names.length} pods with a management port`);
  const targets = await soon(async () => {
    const { activeTargets } = await ask<{ activeTargets: Target[] }>('/api/v1/targets?state=active');
    const up = activeTargets.filter(({ health }) => health === 'up').flatMap(({ labels }) => labels.pod ?? []);
    return names.every((name) => up.includes(name)) ? activeTargets : undefined;
  }, 'every pod is a target that is up');
  assert.ok(targets.some(({ labels, health }) => labels.job === 'prometheus' && health === 'up'));
});

test('a database that is stopped fires its alert, names whose it is, and clears after its return', async () => {
  await kubectl(['-n', NAMESPACE, 'scale', 'statefulset/order-db', '--replicas=0']);
  await soon(async () => ((await firing()).includes('DatabaseAway order') ? true : undefined), 'DatabaseAway fires');
  const others = (await firing()).filter((alert) => alert.startsWith('DatabaseAway') && alert !== 'DatabaseAway order');
  assert.deepEqual(others, []);
  await kubectl(['-n', NAMESPACE, 'scale', 'statefulset/order-db', '--replicas=1']);
  await soon(
    async () => ((await firing()).some((alert) => alert.startsWith('DatabaseAway')) ? undefined : true),
    'it clears',
  );
});

async function firing(): Promise<string[]> {
  const { alerts } = await ask<{ alerts: Alert[] }>('/api/v1/alerts');
  return alerts
    .filter(({ state }) => state === 'firing')
    .map(({ labels }) => `${labels.alertname} ${labels.service ?? ''}`.trim());
}

async function ask<Data>(path: string): Promise<Data> {
  const answer = await fetch(`${prometheus.url}${path}`);
  const body = (await answer.json()) as { status: string; data: Data };
  assert.equal(body.status, 'success');
  return body.data;
}

/** The first value that `look` finds within three minutes. */
async function soon<Value>(look: () => Promise<Value | undefined>, what: string): Promise<Value> {
  const deadline = performance.now() + 3 * MINUTE;
  while (true) {
    const value = await look();
    if (value !== undefined) return value;
    assert.ok(performance.now() < deadline, `not within three minutes: ${what}`);
    await sleep(1000);
  }
}

function hasManagementPort({ containers }: Pod['spec']): boolean {
  return containers.some(({ ports = [] }) => ports.some(({ name }) => name === 'management'));
}

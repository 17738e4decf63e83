import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectServing } from '../support/expect-serving.ts';
import { getObject } from '../support/get-object.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { quietKubectl } from '../support/quiet-kubectl.ts';
import { deploy, expectSuccess, NAMESPACE, nx } from '../support/stack.ts';
import { underLoad } from '../support/under-load.ts';

type Service = { metadata: { uid: string; labels: Record<string, string> }; spec: { clusterIP: string } };
const service = async () => (await getObject<Service>('service/order-db'))!;

/** From the first request that fails to the last. */
const LONGEST_MS = 10_000;

after(deploy);

/** As slipway has applied it before its databases' Services were headless. */
async function giveAddress(): Promise<void> {
  const { metadata } = await service();
  const old = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'order-db', namespace: NAMESPACE, labels: metadata.labels },
    spec: {
      type: 'ClusterIP',
      selector: { 'app.kubernetes.io/name': 'order-db' },
      ports: [{ name: 'postgres', port: 5432, targetPort: 'postgres' }],
    },
  };
  await quietKubectl(['-n', NAMESPACE, 'delete', 'service', 'order-db']);
  const apply = ['apply', '--server-side', '--field-manager=slipway', '-f', '-'];
  await quietKubectl(['-n', NAMESPACE, ...apply], JSON.stringify(old));
}

test('a database’s Service with an address becomes headless: told before, felt for seconds at most, and every pod stays', async () => {
  await deploy();
  await giveAddress();
  const old = await service();
  assert.match(old.spec.clusterIP, /^\d+\./);
  await expectServing();

  const told = await nx('run', 'deploy:diff');
  expectSuccess(told);
  assert.match(told.output, /Service\/order-db would be recreated: its address changes/);
  assert.match(told.output, /~ spec\.clusterIP: "[\d.]+" → "None"/);

  const before = await podIdentities();
  const { result, report } = await underLoad(() => nx('run-many', '-t', 'deploy-kind'));
  const { exitCode, output } = result;
  assert.equal(exitCode, 0, output);
  const { sent, failures } = report;
  console.log(`${sent} requests meanwhile, ${failures.length} failed`);
  // A new connection may meet a name without an address; who waits for it hears 503, and soon nobody does.
  for (const { status, text } of failures) assert.match(`${status} ${text}`, /^503 .*database-unavailable/);
  const times = failures.map(({ sentAt }) => sentAt);
  assert.ok(Math.max(...times, 0) - Math.min(...times, Infinity) < LONGEST_MS, `${failures.length} failures`);
  assert.match(output, /Service\/order-db is deleted and made anew/);
  const now = await service();
  assert.equal(now.spec.clusterIP, 'None');
  assert.notEqual(now.metadata.uid, old.metadata.uid);
  assert.deepEqual(await podIdentities(), before);
  await expectServing();
});

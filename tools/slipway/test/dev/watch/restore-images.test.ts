import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restoreImages } from '../../../src/dev/watch/restore-images.ts';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import { devPatch } from '../../../src/manifests/overlay/dev-patch.ts';
import { runPods } from '../../support/fake-controller.ts';
import { heard } from '../../support/heard.ts';
import { workload } from '../../deploy/stages/plan-fixture.ts';

const PATH = '/apis/apps/v1/namespaces/shop/deployments/order';

test('leaving watch mode puts back the Deployment that was declared, under the deploy lock', async () => {
  const api = fakeKubeApi();
  api.controller = runPods(api);
  const [declared] = workload('order').filter(({ kind }) => kind === 'Deployment');
  const patched = devPatch([declared!], 'order', 'the runner').find(({ kind }) => kind === 'Deployment')!;
  await api.send('PATCH', `${PATH}?fieldManager=slipway`, patched);
  assert.match(JSON.stringify(api.objects.get(PATH)!.spec), /runner\.mjs/);
  const report = heard();
  const signal = new AbortController().signal;
  const settings = { workspaceRoot: '/', stack: 'shop', workspace: 'shop', cluster: 'fake', defaultCluster: 'fake' };
  await restoreImages({ api, stack: 'shop', settings, report, signal, timeoutMs: 20_000 }, [declared!]);
  assert.doesNotMatch(JSON.stringify(api.objects.get(PATH)!.spec), /runner\.mjs/);
  assert.equal(report.lines.at(-1), 'order ready runs the image that was deployed last');
  const leases = api.writes.filter((write) => write.includes('/leases'));
  assert.deepEqual(
    leases.map((write) => write.split(' ')[0]),
    ['POST', 'DELETE'],
  );
});

test('a Deployment whose program is not Node is refused, with its name', () => {
  const [declared] = workload('order').filter(({ kind }) => kind === 'Deployment');
  const other = JSON.parse(JSON.stringify(declared).replace('"node"', '"python"')) as typeof declared;
  assert.throws(() => devPatch([other!], 'order', 'x'), /Deployment\/order: watch mode needs .* runs: python main\.js/);
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { editFile, restoreFiles } from './support/edited-files.ts';
import { podIdentities } from './support/pod-identities.ts';
import { CONTROL_PLANE, deploy, expectSuccess, nx } from './support/stack.ts';

after(async () => {
  restoreFiles();
  await deploy();
});

test('one changed line in one service moves that service’s pods and less than 3 MB, and nothing else', async () => {
  await deploy();
  const others = await podIdentities('app.kubernetes.io/name!=product');
  const before = await podIdentities('app.kubernetes.io/name=product');
  editFile('apps/product/src/main.ts', (text) => `${text}\nconsole.error('planted ${Date.now()}');\n`);
  const { output, ...result } = await nx('run-many', '-t', 'deploy-kind');
  expectSuccess({ output, ...result });

  const sent = [...output.matchAll(/(\d+) images?, ([\d.]+) (KB|MB)/g)].map(([, images, size, unit]) => ({
    images: Number(images),
    bytes: Number(size) * (unit === 'MB' ? 1e6 : 1e3),
  }));
  assert.ok(sent.length > 0, output);
  for (const { images, bytes } of sent) {
    assert.equal(images, 1, output);
    assert.ok(bytes < 3e6, `${bytes} bytes were sent`);
  }
  assert.deepEqual(await podIdentities('app.kubernetes.io/name!=product'), others);
  const after = await podIdentities('app.kubernetes.io/name=product');
  assert.equal(after.filter((pod) => before.includes(pod)).length, 0, 'every pod of the service is new');
});

test('a node that was pruned gets the whole image again', async () => {
  await deploy();
  const { execFileSync } = await import('node:child_process');
  const inNode = (...command: string[]) =>
    execFileSync('docker', ['exec', CONTROL_PLANE, ...command], { encoding: 'utf8' });
  const images = inNode('ctr', '-n', 'k8s.io', 'images', 'ls', '-q').split('\n');
  const ours = images.filter((name) => name.startsWith('slipway.local/shop/'));
  assert.ok(ours.length >= 5, ours.join(', '));
  inNode('ctr', '-n', 'k8s.io', 'images', 'rm', '--sync', ...ours);
  const before = await podIdentities();
  const { output, ...result } = await nx('run-many', '-t', 'deploy-kind');
  expectSuccess({ output, ...result });
  assert.match(output, /5 images, /);
  assert.deepEqual(await podIdentities(), before, 'running pods do not care');
});

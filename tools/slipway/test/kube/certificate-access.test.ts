import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { certificateAccess } from '../../src/kube/certificate-access.ts';
import { clusterAccess } from '../../src/kube/cluster-access.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-kubeconfig-'));
const file = join(folder, 'config');
process.env.KUBECONFIG = file;
after(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
function write(user: object, cluster: object = {}) {
  const server = { server: 'https://127.0.0.1:6443', 'certificate-authority-data': base64('ca'), ...cluster };
  writeFileSync(
    file,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      contexts: [{ name: 'kind-x', context: { cluster: 'x', user: 'x' } }],
      clusters: [{ name: 'x', cluster: server }],
      users: [{ name: 'x', user }],
    }),
  );
}
const certificate = { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') };

test('a client certificate is read as Kubernetes’ own client reads it', async () => {
  write(certificate);
  const access = await certificateAccess('kind-x');
  assert.equal(access?.tls.cert?.toString(), 'cert');
  write({ ...certificate, token: '' });
  assert.equal(await certificateAccess('kind-x'), undefined);
  assert.deepEqual(access, await clusterAccess('kind-x'));
});

test('everything else is left to Kubernetes’ own client', async () => {
  write({ token: 'secret' });
  assert.equal(await certificateAccess('kind-x'), undefined);
  assert.equal((await clusterAccess('kind-x')).headers.Authorization, 'Bearer secret');
  write(certificate, { 'proxy-url': 'http://127.0.0.1:1' });
  assert.equal(await certificateAccess('kind-x'), undefined);
  process.env.KUBECONFIG = [file, file].join(delimiter);
  assert.equal(await certificateAccess('kind-x'), undefined);
  process.env.KUBECONFIG = file;
});

test('a context that is not there is named, with those that are', async () => {
  await assert.rejects(clusterAccess('kind-y'), /no context "kind-y" \(it has: kind-x\)\. Run: npm run cluster/);
});

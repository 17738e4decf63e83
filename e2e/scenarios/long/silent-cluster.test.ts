import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nx } from '../support/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-silent-'));
const KUBECONFIG = process.env.KUBECONFIG;
process.env.KUBECONFIG = join(folder, 'kubeconfig');
// It takes connections and says nothing, as an API server that has no memory left.
const silent = createServer().listen(0, '127.0.0.1');

after(() => {
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
  rmSync(folder, { recursive: true });
  silent.close();
});

test('a cluster that does not answer is named, with the command that brings it up', async () => {
  if (!silent.listening) await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  await expectNoAnswer(port, /does not answer \(.*timeout/i);
  silent.close();
  await expectNoAnswer(port, /does not answer \(ECONNREFUSED\)/);
});

async function expectNoAnswer(port: number, says: RegExp): Promise<void> {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'silent', cluster: { server: `https://127.0.0.1:${port}` } }],
    users: [{ name: 'silent', user: {} }],
    contexts: [{ name: 'kind-silent', context: { cluster: 'silent', user: 'silent' } }],
  };
  writeFileSync(process.env.KUBECONFIG!, JSON.stringify(kubeconfig));
  const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind', '--context', 'kind-silent');
  assert.notEqual(exitCode, 0, output);
  assert.match(output, says);
  assert.match(output, /npm run cluster -- up --name silent/);
  assert.doesNotMatch(output, /\n\s+at .*\(file:/, 'no stack trace');
}

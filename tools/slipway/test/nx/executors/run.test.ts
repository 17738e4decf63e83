import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../../../src/nx/executors/run/executor.ts';

const root = join(import.meta.dirname, '../../../../..');
const folder = mkdtempSync(join(tmpdir(), 'slipway-run-'));
const output = join(folder, 'output');
const context = { root, projectName: 'some', projectsConfigurations: { projects: { some: { root: 'e2e' } } } };
const SCRIPT = `require('node:fs').writeFileSync(process.argv[1], JSON.stringify({
  cwd: process.cwd(), more: process.argv.slice(2), url: process.env.GATEWAY_URL, context: process.env.KUBE_CONTEXT,
}))`;
const environment = { ...process.env };
after(() => {
  process.env = environment;
  rmSync(folder, { recursive: true });
});

test('an address of the caller’s own is left alone: no cluster is asked, and none is named', async () => {
  process.env.GATEWAY_URL = 'http://127.0.0.1:4';
  process.env.KUBECONFIG = '/nonexistent';
  delete process.env.KUBE_CONTEXT;
  const command: [string, ...string[]] = ['node', '-e', SCRIPT, output];
  const rest = ['--context', 'kind-x', '--grep', 'x y', '--context=kind-y'];
  assert.deepEqual(await run({ command, __unparsed__: rest }, context), { success: true });
  assert.deepEqual(JSON.parse(readFileSync(output, 'utf8')), {
    cwd: join(root, 'e2e'),
    more: ['--grep', 'x y'],
    url: 'http://127.0.0.1:4',
  });
});

test('the command’s failure is the executor’s; a cluster that is not there starts no command', async (t) => {
  assert.deepEqual(await run({ command: ['node', '-e', 'process.exit(3)'], __unparsed__: [] }, context), {
    success: false,
  });
  delete process.env.GATEWAY_URL;
  rmSync(output);
  const printed = t.mock.method(console, 'error', () => undefined);
  const command: [string, ...string[]] = ['node', '-e', SCRIPT, output];
  assert.deepEqual(await run({ command, context: 'kind-away', __unparsed__: [] }, context), { success: false });
  assert.match(String(printed.mock.calls[0]?.arguments[0]), /no context "kind-away"/);
  assert.throws(() => readFileSync(output), { code: 'ENOENT' });
});

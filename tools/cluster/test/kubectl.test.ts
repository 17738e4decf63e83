import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { CommandError } from '@slipway/util/errors';

const cache = mkdtempSync(join(tmpdir(), 'cluster-kubectl-'));
after(() => rmSync(cache, { recursive: true }));
process.env.SLIPWAY_CACHE = cache;
const { kubectlPatiently } = await import('../src/cluster/kubectl.ts');
const { kubectlBinary } = await import('../src/packages/binaries/binaries.ts');

/** A fake program in kubectl's place, which notes its calls in `calls`. */
async function fakeKubectl(script: string): Promise<() => number> {
  const calls = join(cache, 'calls');
  rmSync(calls, { force: true });
  await mkdir(dirname(kubectlBinary), { recursive: true });
  await writeFile(kubectlBinary, `#!/bin/sh\necho call >> '${calls}'\n${script.replaceAll('CALLS', calls)}\n`);
  await chmod(kubectlBinary, 0o755);
  return () => readFileSync(calls, 'utf8').trim().split('\n').length;
}

test('what a busy API server turned away is asked for again, and the reason is told', async () => {
  const busy = 'Unable to connect to the server: net/http: TLS handshake timeout';
  const calls = await fakeKubectl(`[ $(wc -l < CALLS) -gt 2 ] && { echo nodes; exit; }; echo '${busy}' >&2; exit 1`);
  const reported: string[] = [];
  const answer = await kubectlPatiently('some', ['get', 'nodes'], { report: (line) => reported.push(line) });
  assert.equal(answer.trim(), 'nodes');
  assert.equal(calls(), 3);
  assert.deepEqual(
    reported,
    Array.from({ length: 2 }, () => `trying again: ${busy}`),
  );
});

test('a missing kubectl is told at once', async () => {
  rmSync(kubectlBinary, { force: true });
  const report = () => assert.fail('it was tried again');
  await assert.rejects(kubectlPatiently('some', ['get', 'nodes'], { report }), CommandError);
});

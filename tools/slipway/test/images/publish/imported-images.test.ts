import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { digestOf } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import type { ContainerImage } from '../../../src/images/container-image.ts';
import { importedImages } from '../../../src/images/publish/imported-images.ts';
import { openTimeline } from '../../../src/util/timeline.ts';

const bytes = Buffer.from('{}');
const digest = digestOf(bytes);
const image: ContainerImage = {
  repository: 'slipway.local/demo/order',
  tag: 'abc',
  manifest: { mediaType: MEDIA_TYPES.manifest, digest, size: bytes.length },
  blobs: [{ digest, size: bytes.length, bytes }],
};

/** A fake program, alone on the PATH with a shell, that notes its arguments and what its archive begins with. */
function fakeProgram(t: TestContext, name: string): () => string[] {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-import-test-'));
  const script = `#!/bin/sh\necho "$*" >> ${folder}/log\nfor a in "$@"; do [ ! -f "$a" ] || /usr/bin/tar -t -f "$a" >> ${folder}/log; done\n`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
  const { PATH } = process.env;
  process.env.PATH = [folder, '/usr/bin', '/bin'].join(delimiter);
  t.after(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });
  return () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
}

for (const [program, expected] of [
  ['k3d', /^image import \S+images\.tar --cluster dev$/],
  ['minikube', /^image load \S+images\.tar --profile dev$/],
] as const)
  test(`${program} imports one archive with the images, once`, async (t) => {
    const log = fakeProgram(t, program);
    const publisher = importedImages({ program, cluster: 'dev' }, openTimeline());
    await publisher.open();
    const [sent] = await publisher.publish([image]);
    assert.deepEqual([sent!.place, sent!.images], ['dev', 1]);
    const [version, command, ...archived] = log();
    assert.equal(version, 'version');
    assert.match(command!, expected);
    assert.ok(archived.includes(`blobs/sha256/${digest.slice('sha256:'.length)}`), archived.join('\n'));
    const [again] = await publisher.publish([image]);
    assert.equal(again!.images, 0);
    assert.equal(log().filter((line) => line.startsWith('image ')).length, 1);
  });

test('without the program, a deploy ends before it builds, with the other way', async (t) => {
  fakeProgram(t, 'something-else');
  const publisher = importedImages({ program: 'k3d', cluster: 'dev' }, openTimeline());
  await assert.rejects(publisher.open(), {
    message: 'k3d, which brings images to this cluster, is not on the PATH',
    hint: /--registry/,
  });
});

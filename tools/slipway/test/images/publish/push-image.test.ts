import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { digestOf } from '@slipway/oci/blob';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import type { ContainerImage } from '../../../src/images/container-image.ts';
import { isMissing } from '../../../src/images/publish/registry/missing-image.ts';
import { pushImage } from '../../../src/images/publish/registry/push-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
let server: ChildProcess;
let host: string;

before(async () => {
  const binary = join(folder, 'registry');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, 'server'), stdio: 'inherit' });
  server = spawn(binary, ['127.0.0.1:0', join(folder, 'blobs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  [host] = (await once(createInterface(server.stdout!), 'line')) as [string];
});
after(async () => {
  server.stdin!.end();
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true });
});

/** An image of two layers, of which the first is shared by all that this makes. */
function imageOf(content: string): ContainerImage {
  const bytes = (text: string) => ({
    digest: digestOf(Buffer.from(text)),
    size: Buffer.byteLength(text),
    bytes: Buffer.from(text),
  });
  const layers = [bytes('base'.repeat(1000)), bytes(content)];
  const config = bytes(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    }),
  );
  const manifest = bytes(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: { mediaType: MEDIA_TYPES.config, digest: config.digest, size: config.size },
      layers: layers.map(({ digest, size }) => ({ mediaType: MEDIA_TYPES.layer, digest, size })),
    }),
  );
  return {
    repository: 'slipway.local/shop/order',
    tag: content,
    manifest: { mediaType: MEDIA_TYPES.manifest, digest: manifest.digest, size: manifest.size },
    blobs: [...layers, config, manifest],
  };
}

test('a push sends everything once, then only what is new, and the registry serves it by digest', async () => {
  const first = await pushImage(imageOf('one'), host, 'shop/order');
  assert.equal(first.sentBlobs, 3);
  const again = await pushImage(imageOf('one'), host, 'shop/order');
  assert.deepEqual([again.sentBlobs, again.sentBytes], [0, 0]);
  const second = await pushImage(imageOf('two'), host, 'shop/order');
  assert.equal(second.sentBlobs, 2);
  assert.ok(second.sentBytes < 4000, 'the shared layer stays where it is');

  const manifest = imageOf('two').manifest;
  assert.equal(second.reference, `${host}/shop/order@${manifest.digest}`);
  for (const reference of [manifest.digest, 'two']) {
    const answer = await fetch(`http://${host}/v2/shop/order/manifests/${reference}`, {
      headers: { accept: manifest.mediaType },
    });
    assert.equal(answer.status, 200);
    assert.equal(digestOf(Buffer.from(await answer.arrayBuffer())), manifest.digest);
  }
});

test('a path in a registry is part of the name, as GitLab wants it', async () => {
  const registry = `${host}/group/project`;
  const { reference } = await pushImage(imageOf('one'), registry, 'shop/order');
  const { digest } = imageOf('one').manifest;
  assert.equal(reference, `${registry}/shop/order@${digest}`);
  assert.equal(await isMissing(registry, 'shop/order', digest), false);
  assert.equal(await isMissing(`${host}/group`, 'shop/order', digest), true);
});

test('a refusal says what and why', async () => {
  const image = imageOf('three');
  const torn = {
    ...image,
    blobs: image.blobs.map((blob) =>
      'bytes' in blob && blob.digest === image.blobs[1]!.digest ? { ...blob, bytes: Buffer.from('other') } : blob,
    ),
  };
  await assert.rejects(pushImage(torn, host, 'shop/order'), /refuses blob sha256:.* HTTP 400/);
});

import assert from 'node:assert/strict';
import { createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { explainError } from '@slipway/util/errors';
import { pack } from 'tar-stream';
import { engineImage } from '../../../src/images/engine/engine-image.ts';
import { dockerScript } from '../../support/docker-script.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { workspaceWith } from '../../support/workspace-with.ts';
import { shopSpec } from '../fixture-service.ts';

const disk = smallDisk();
const skip = disk === undefined && 'no disk can be mounted here';
const place = { file: 'apps/shop/slipway.yaml', key: 'build.image' };
const id = `sha256:${'a'.repeat(64)}`;
const read = (workspaceRoot: string) => {
  const settings = { workspaceRoot, stack: 'test', cluster: 'none', defaultCluster: 'none', workspace: 'test' };
  return engineImage(settings, shopSpec, id, place);
};

test('a full disk of temporary files is named, with what the image needs', { skip }, async (t) => {
  const root = workspaceWith(t, {});
  dockerScript(t, root, 'case "$1" in save) head -c 1000000 /dev/zero;; *) echo 7500000;; esac');
  const { TMPDIR } = process.env;
  process.env.TMPDIR = disk;
  try {
    await assert.rejects(read(root), (error) => {
      const told = explainError(error);
      assert.ok(told.includes(`/image.tar: there is no space left on the disk of ${disk} (ENOSPC): it needs 7.5 MB, `));
      assert.match(told, /→ .*: TMPDIR$/);
      return true;
    });
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  assert.deepEqual(readdirSync(disk!), []);
});

test("a full disk of the workspace is named, with the archive's size", { skip }, async (t) => {
  const root = workspaceWith(t, {});
  const archive = pack();
  archive.entry({ name: 'layer.tar' }, 'x'.repeat(1_000_000));
  archive.finalize();
  await pipeline(archive, createWriteStream(join(root, 'image.tar')));
  dockerScript(t, root, `cat ${join(root, 'image.tar')}`);
  const workspaceRoot = join(disk!, 'workspace');
  mkdirSync(workspaceRoot);
  await assert.rejects(read(workspaceRoot), /no space left on the disk of .*: it needs 1\.0 MB, .* are missing/);
  assert.deepEqual(readdirSync(join(workspaceRoot, 'dist/engine/shop')), []);
  assert.ok(existsSync(join(root, 'image.tar')));
});

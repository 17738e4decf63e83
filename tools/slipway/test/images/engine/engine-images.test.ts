import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { image } from '../../../src/images/build/build-image.ts';
import { imageReference } from '../../../src/images/container-image.ts';
import { imageName, isPublished } from '../../../src/images/image-name.ts';
import { ValidationError } from '../../../src/util/problems/validation-error.ts';
import type { BuildChoice } from '../../../src/services/build-choice.ts';
import { dockerScript } from '../../support/docker-script.ts';
import { workspaceWith } from '../../support/workspace-with.ts';
import { shopSpec } from '../fixture-service.ts';

const stack = `test-${randomUUID().slice(0, 8)}`;
const repository = `slipway.local/${stack}/shop`;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const hasEngine = (() => {
  try {
    execFileSync('docker', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
after(() => {
  if (hasEngine) execFileSync('sh', ['-c', `docker image rm ${repository}:latest-build`], { stdio: 'ignore' });
});
const settings = (workspaceRoot: string) => ({
  workspaceRoot,
  stack,
  cluster: 'none',
  defaultCluster: 'none',
  workspace: 'test',
});
const build = (root: string, choice: BuildChoice) => image(settings(root), { ...shopSpec, build: choice });

test('a Dockerfile is built by the engine, layer by layer as containerd wants it', { skip: !hasEngine }, async (t) => {
  const root = workspaceWith(t, {
    'apps/shop/Dockerfile': 'FROM scratch\nCOPY base /\nCOPY one /\nENTRYPOINT ["/one"]\n',
    'apps/shop/base': 'base',
    'apps/shop/one': '1',
  });
  const first = await build(root, { dockerfile: 'Dockerfile' });
  assert.match(imageReference(first), new RegExp(`^${repository}:[0-9a-f]{16}$`));
  assert.equal(first.blobs.length, 4, 'two layers, config and manifest');
  assert.deepEqual(imageReference(await build(root, { dockerfile: 'Dockerfile' })), imageReference(first));
  writeFileSync(join(root, 'apps/shop/one'), '2');
  const second = await build(root, { dockerfile: 'Dockerfile' });
  const known = new Set(first.blobs.map(({ digest }) => digest));
  const lacking = second.blobs.filter(({ digest }) => !known.has(digest));
  assert.equal(lacking.length, 3, 'a node that has the first lacks one layer, config and manifest');
  const files = first.blobs.flatMap((blob) => ('file' in blob ? [blob.file] : []));
  assert.deepEqual(files.map(existsSync), [true, true], 'a deploy of the first may still send it');
  assert.deepEqual(imageName(second, undefined), { newName: repository, newTag: second.tag });
});

test('what the engine says of a Dockerfile is the problem of that file', { skip: !hasEngine }, async (t) => {
  const root = workspaceWith(t, { 'apps/shop/Dockerfile': 'FROM scratch\nCOPY missing /\n' });
  await assert.rejects(build(root, { dockerfile: 'Dockerfile' }), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.match(error.message, /apps\/shop\/Dockerfile[\s\S]*does not build[\s\S]*missing/);
    return true;
  });
  await assert.rejects(build(root, { dockerfile: 'Containerfile' }), /apps\/shop\/Containerfile.*does not exist/);
});

test('an engine that does not answer is a problem of the service, with what to do', async (t) => {
  const root = workspaceWith(t, { 'apps/shop/Dockerfile': 'FROM scratch\n' });
  dockerScript(t, root, 'echo "Cannot connect to the Docker daemon at unix:///x" >&2; exit 1');
  await assert.rejects(build(root, { dockerfile: 'Dockerfile' }), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.match(error.message, /none answers[\s\S]*start Docker/);
    return true;
  });
});

test('an image that the engine lacks is pulled by the nodes, and not published', async (t) => {
  const root = workspaceWith(t, {});
  dockerScript(t, root, 'echo "Error: No such image" >&2; exit 1');
  const upstream = `registry.example/a@${DIGEST}`;
  const built = await build(root, { image: upstream });
  assert.equal(imageReference(built), upstream);
  for (const registry of [undefined, 'registry.other']) {
    assert.deepEqual(imageName(built, registry), { newName: 'registry.example/a', digest: DIGEST });
    assert.equal(isPublished(built, registry), false);
  }
});

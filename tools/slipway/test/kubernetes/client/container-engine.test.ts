import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { CommandError, UserError } from '@slipway/util/errors';
import { kindNodesPublisher } from '../../../src/images/publish/kind-nodes.ts';
import { dockerNodeStores } from '../../../src/images/publish/node-store.ts';
import { kindNodes } from '../../../src/kubernetes/client/kind-nodes.ts';
import { openTimeline } from '../../../src/util/timeline.ts';

const { PATH, DOCKER_HOST } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
afterEach(() => {
  process.env.PATH = PATH;
  if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = DOCKER_HOST;
  rmSync(folder, { recursive: true, force: true });
});

/** A fake `docker`, alone on the PATH, that writes `words` to standard error and fails; undefined: there is none. */
function fakeDocker(words: string | undefined): void {
  const bin = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  if (words !== undefined) {
    writeFileSync(join(bin, 'docker'), `#!/bin/sh\necho '${words}' >&2\nexit 1\n`);
    chmodSync(join(bin, 'docker'), 0o755);
  }
  process.env.PATH = bin;
}

const SILENT = [
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  'error during connect: Get "http://docker.example:2375/v1.47/containers/json": dial tcp: lookup docker.example',
  'failed to connect to the docker API at unix:///run/docker.sock; check if the path is correct',
];

for (const words of SILENT) {
  test(`an engine that does not answer is told as such: ${words.slice(0, 40)}…`, async () => {
    fakeDocker(words);
    process.env.DOCKER_HOST = 'unix:///nowhere.sock';
    await assert.rejects(kindNodes('slipway'), (error) => {
      assert.ok(error instanceof UserError && !(error instanceof CommandError), String(error));
      assert.equal(error.message, 'the container engine does not answer (DOCKER_HOST=unix:///nowhere.sock)');
      assert.match(error.hint ?? '', /start Docker .*docker info/);
      return true;
    });
  });
}

test('a machine without docker is told what is missing', async () => {
  fakeDocker(undefined);
  await assert.rejects(kindNodes('slipway'), { message: 'there is no docker command' });
});

test('another failure of docker keeps its own words', async () => {
  fakeDocker('permission denied while trying to connect');
  await assert.rejects(kindNodes('slipway'), (error) => error instanceof CommandError);
});

test('where images cannot be sent, a deploy hears of it before it builds them', async () => {
  fakeDocker(SILENT[0]);
  const publisher = kindNodesPublisher(dockerNodeStores('slipway'), openTimeline());
  await assert.rejects(publisher.open(), /the container engine does not answer/);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LocalService } from '../../../src/dev/local/local-service.ts';
import { ephemeralPlan } from '../../../src/dev/local/plan.ts';
import type { RunningService } from '../../../src/dev/local/running-service.ts';
import { watchStack } from '../../../src/dev/local/watch-stack.ts';
import { workspaceWith, write } from '../../support/workspace-with.ts';

/** A service that nothing runs: it keeps what it is asked to start anew with. */
function fakeService(): { running: RunningService; restarted: Promise<LocalService> } {
  const { promise, resolve } = Promise.withResolvers<LocalService>();
  const done = () => Promise.resolve();
  const running: RunningService = {
    started: Promise.resolve(true),
    restart: (_, service) => resolve(service),
    reset: done,
    startAnew: done,
    pause: done,
    stopService: done,
    stopDatabase: done,
  };
  return { running, restarted: promise };
}

const schema = (word: string) => `{
  "properties": {
    "PORT": { "type": "integer", "default": 3000 },
    "WORD": { "type": "string", "default": "${word}" }
  }
}`;

for (const [reference, content] of [
  ['env.schema.json', schema],
  ['src/env.ts#Env', (word: string) => `export const Env = ${schema(word)};\n`],
] as const) {
  test(`an edit of ${reference} restarts the service with the new environment`, { timeout: 30_000 }, async (t) => {
    const [file = ''] = reference.split('#');
    const root = workspaceWith(t, {
      'package.json': '{"name":"ws","type":"module","workspaces":["apps/*"]}',
      'apps/tool/package.json': '{"name":"tool","type":"module"}',
      'apps/tool/slipway.yaml': `environment: ${reference}`,
      [`apps/tool/${file}`]: content('one'),
    });
    const plan = ephemeralPlan(root, join(root, 'data'));
    const services = await plan();
    assert.equal(services[0]?.environment.WORD, 'one');
    const { running, restarted } = fakeService();
    const watcher = watchStack({
      workspaceRoot: root,
      services,
      plan,
      running: new Map([['tool', running]]),
      output: { log: assert.fail, good: assert.fail, bad: assert.fail, say: assert.fail },
      onAdded: () => assert.fail('none is new'),
      onRemoved: () => assert.fail('none is gone'),
    });
    t.after(() => watcher.close());
    write(root, `apps/tool/${file}`, content('two'));
    assert.equal((await restarted).environment.WORD, 'two');
  });
}

const FILES = {
  'package.json': '{"name":"ws","type":"module","workspaces":["apps/*"]}',
  'apps/tool/package.json': '{"name":"tool","type":"module"}',
};
const COMMAND = 'run: { command: [node, server.js] }\n';

for (const [what, before, after, restarted] of [
  ['run', COMMAND, 'run: { command: [node, other.js] }\n', { run: { command: ['node', 'other.js'] } }],
  [
    'build',
    `build: { target: build, entry: dist/main.js }\n`,
    `build: { target: build, entry: dist/other.js }\n`,
    { build: { target: 'build', entry: 'dist/other.js' } },
  ],
  ['http', `${COMMAND}http: { ready: /health }\n`, `${COMMAND}http: { ready: /up }\n`, { readyRoute: '/up' }],
] as const) {
  test(`an edit of ${what} in slipway.yaml restarts the service as it says now`, { timeout: 30_000 }, async (t) => {
    const root = workspaceWith(t, { ...FILES, 'apps/tool/slipway.yaml': before });
    const plan = ephemeralPlan(root, join(root, 'data'));
    const fake = fakeService();
    const watcher = watchStack({
      workspaceRoot: root,
      services: await plan(),
      plan,
      running: new Map([['tool', fake.running]]),
      output: { log: assert.fail, good: assert.fail, bad: assert.fail, say: assert.fail },
      onAdded: () => assert.fail('none is new'),
      onRemoved: () => assert.fail('none is gone'),
    });
    t.after(() => watcher.close());
    write(root, 'apps/tool/slipway.yaml', after);
    const service = await fake.restarted;
    assert.deepEqual({ ...service, ...restarted }, service);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttemptParts, attemptStart } from '../../../src/dev/local/service-attempt.ts';
import { workspaceWith } from '../../support/workspace-with.ts';

test('whatever stops a build is for an edit to mend, so that other services go on', async (t) => {
  const workspaceRoot = workspaceWith(t, {
    'nx.json': '{}',
    'package.json': '{ "name": "acme" }',
    'apps/a/slipway.yaml':
      'run: { command: [node, main.js] }\ndatabase: { url: DATABASE_URL, migrate: { target: migrate } }\n',
    'apps/a/project.json': '{ "targets": { "migrate": }',
  });
  const fakeParts = {
    service: { name: 'a', root: 'apps/a' },
    host: { workspaceRoot },
    output: { say: () => {} },
    journal: { stage: () => {} },
    requests: { isAttemptOver: false },
    database: { isToStart: () => false, ensure: () => Promise.resolve() },
  } as unknown as AttemptParts;
  const outcome = await attemptStart(fakeParts);
  assert.ok(typeof outcome === 'object' && 'code' in outcome);
  assert.deepEqual([outcome.code, outcome.title, outcome.isHealable], ['build-failed', 'a cannot be built', true]);
  assert.match(outcome.details.join('\n'), /apps\/a\/project\.json:1: is not JSON/);
});

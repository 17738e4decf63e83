import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { jsonReporter } from '../../../src/deploy/report/json-reporter.ts';
import { followProgress } from '../../../src/deploy/report/progress.ts';
import { failedState } from '../../../src/deploy/report/failed-state.ts';
import type { RolloutState } from '../../../src/kubernetes/rollout/states.ts';
import { RolloutError } from '../../../src/kubernetes/rollout/wait-for-rollout.ts';

const state: RolloutState = {
  code: 'out-of-memory',
  outlook: 'final',
  object: { kind: 'Deployment', name: 'order' },
  pod: 'order-5-abcde',
  container: 'app',
  detail: 'exit code 137, OOMKilled',
};

/** The lines that a deploy prints, as their reader parses them. */
function reported(write: (report: ReturnType<typeof followProgress>['report']) => void): Record<string, unknown>[] {
  let text = '';
  write(
    followProgress(
      ['order'],
      jsonReporter((more) => (text += more)),
    ).report,
  );
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const { seconds: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
      return rest;
    });
}

test('a line of --json has the code and the fields of the rollout’s state beside its words', () => {
  const lines = reported((report) => {
    report.event('order', 'rollout', 'waiting for app in order-5-abcde: ran out of memory', state);
    report.block('order', 'FAILED', 'in words', failedState(new RolloutError('', '', state)));
    report.block('user', 'FAILED', 'in words', failedState(new UserError('something else')));
  });
  assert.deepEqual(lines, [
    { who: 'order', step: 'rollout', ...state, message: 'waiting for app in order-5-abcde: ran out of memory' },
    { who: 'order', step: 'FAILED', ...state, message: 'in words' },
    { who: 'user', step: 'FAILED', message: 'in words' },
  ]);
});

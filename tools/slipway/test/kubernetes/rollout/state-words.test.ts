import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeState, SENTENCES } from '../../../src/kubernetes/rollout/describe-state.ts';
import { hintOf, HINTS } from '../../../src/kubernetes/rollout/hints.ts';
import { type RolloutState, STATE_CODES, type StateCode, worstState } from '../../../src/kubernetes/rollout/states.ts';

const place = { context: 'kind-slipway', stack: 'shop' };
const state = (code: StateCode): RolloutState => ({
  code,
  outlook: 'passing',
  object: { kind: 'Deployment', name: 'order' },
  pod: 'order-5-abcde',
  container: 'app',
  detail: 'what Kubernetes says',
});

for (const code of STATE_CODES) {
  test(`the state ${code} has a sentence of its own, and a hint that can be followed`, () => {
    assert.equal(describeState(state(code)), `app in order-5-abcde: ${SENTENCES[code]}: what Kubernetes says`);
    assert.equal(Object.values(SENTENCES).filter((sentence) => sentence === SENTENCES[code]).length, 1);
    const hint = hintOf(state(code), place);
    assert.match(hint, /\b(fix|raise|lower|change|name|check|declare|create|remove|pass|restart|describe|get)\b/);
    assert.ok(!hint.includes('undefined') && !hint.includes('\n'), hint);
    for (const [command] of hint.matchAll(/kubectl [^:;,]*/g))
      assert.match(command, /^kubectl --context kind-slipway /);
    for (const [path] of hint.matchAll(/docs\/[\w-]+\.md/g))
      readFileSync(join(import.meta.dirname, '../../../../..', path));
  });
}

test('no table has a word for a code that there is not', () => {
  const codes = [...STATE_CODES].sort();
  assert.deepEqual(Object.keys(SENTENCES).sort(), codes);
  assert.deepEqual(Object.keys(HINTS).sort(), codes);
});

test('a state is told by what it is about', () => {
  const { container: _, ...ofPod } = state('unschedulable');
  const { pod: __, ...ofWorkload } = ofPod;
  assert.match(describeState(ofPod), /^pod order-5-abcde: no node takes it: /);
  assert.match(describeState(ofWorkload), /^Deployment\/order: /);
  assert.equal(describeState({ ...ofWorkload, detail: '' }), 'Deployment/order: no node takes it');
});

test('of several states the worst is told, the first of equals', () => {
  const first = state('not-ready');
  const standing: RolloutState = { ...state('image-unavailable'), outlook: 'standing' };
  const final: RolloutState = { ...state('migration-failed'), outlook: 'final' };
  assert.equal(worstState([first, state('starting')]), first);
  assert.equal(worstState([undefined, first, standing, final]), final);
  assert.equal(worstState([first, standing]), standing);
  assert.equal(worstState([undefined]), undefined);
});

/** The scenario, on a real cluster, that meets the state, does what its hint says and deploys again. */
const FOLLOWED: Partial<Record<StateCode, string>> = {
  'pods-forbidden': 'failed-rollout.test.ts',
  unschedulable: 'failed-rollout.test.ts',
  'volume-not-mounted': 'failed-rollout.test.ts',
  'not-ready': 'failed-rollout.test.ts',
  'image-unavailable': 'failed-rollout.test.ts',
  'image-name-invalid': 'failed-rollout.test.ts',
  'config-missing': 'failed-rollout.test.ts',
  'container-not-created': 'failed-rollout.test.ts',
  'container-crashing': 'failed-rollout.test.ts',
  'out-of-memory': 'failed-rollout.test.ts',
  'environment-refused': 'failed-rollout.test.ts',
  'job-failed': 'failed-rollout.test.ts',
  'migration-failed': '../broken-migration.test.ts',
  'scheduling-gated': 'rollout-states.test.ts',
  'volume-unbound': 'rollout-states.test.ts',
  'sandbox-failed': 'rollout-states.test.ts',
  starting: 'rollout-states.test.ts',
  'pods-missing': 'rollout-states.test.ts',
  'quota-exceeded': 'rollout-states.test.ts',
  'pods-refused': 'rollout-states.test.ts',
  'job-running': 'rollout-states.test.ts',
  'run-failed': 'rollout-states.test.ts',
  'not-observed': 'rare-states.test.ts',
  'migrations-missing': 'rare-states.test.ts',
  'volume-growing': 'rare-states.test.ts',
};

test('every hint is followed by a scenario that names its code', () => {
  assert.deepEqual(Object.keys(FOLLOWED).sort(), [...STATE_CODES].sort());
  const scenarios = join(import.meta.dirname, '../../../../../e2e/scenarios/long');
  for (const [code, file] of Object.entries(FOLLOWED)) {
    const text = readFileSync(join(scenarios, file), 'utf8');
    assert.ok(text.includes(`code: '${code}'`) || text.includes(`(${code})'`), `${file} has no case of ${code}`);
  }
});

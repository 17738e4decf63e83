import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainReporter } from '../../src/deploy/report/plain-reporter.ts';
import { followProgress } from '../../src/deploy/report/progress.ts';

test('whoever interrupts a deploy hears what is done, under way and not begun', () => {
  const lines: string[] = [];
  const { report, describe } = followProgress(
    ['user', 'product', 'order', 'gateway'],
    plainReporter((text) => void lines.push(text)),
  );
  report.event('stack', 'assemble', '4 services');
  assert.match(describe(), /^Nothing that runs in the cluster was touched/);
  report.event('stack', 'load', 'node: has everything');
  report.event('user', 'ready', 'unchanged');
  report.event('product', 'rollout', 'waiting for app');
  report.block('order', 'FAILED', 'its log');
  const text = describe();
  for (const words of [/done +user$/m, /under way +product$/m, /failed +order$/m, /not begun +gateway$/m])
    assert.match(text, words);
  assert.equal(lines.length, 5, 'the events go on to the reporter');
});

test('of a reset it does not say that pods do not change', () => {
  const { report, describe } = followProgress(['order'], { event: () => {}, block: () => {}, end: () => {} });
  report.event('stack', 'load', 'sent');
  report.event('order', 'reset', 'ending its pods');
  assert.match(
    describe(),
    /^The service has no pods, and its data may be gone\. Run the same command again[^]*under way +order/,
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { startOptions } from '../../../src/dev/local/start-options.ts';

test('watch is on unless something else is to end the run', () => {
  assert.equal(startOptions([]).watch, true);
  for (const args of [['--no-watch'], ['--ephemeral'], ['--', 'true']])
    assert.equal(startOptions(args).watch, false, args.join(' '));
});

test('the others outlive one that fails where nobody waits for all of them', () => {
  assert.equal(startOptions(['--ephemeral']).othersGoOn, true);
  for (const args of [['--no-watch'], ['--ephemeral', '--no-watch'], ['--ephemeral', '--', 'true']])
    assert.equal(startOptions(args).othersGoOn, false, args.join(' '));
});

test('names are separated by commas or given one by one', () => {
  assert.deepEqual(startOptions(['--only', 'order,product', '--only=user']).only, ['order', 'product', 'user']);
});

test('what comes after -- is the command, whatever it looks like', () => {
  const { command, ephemeral } = startOptions(['--ephemeral', '--', 'npx', 'x', '--only', '--', 'y']);
  assert.deepEqual(command, ['npx', 'x', '--only', '--', 'y']);
  assert.equal(ephemeral, true);
});

test('unknown options, stray words and an empty command are refused', () => {
  for (const args of [['--foo'], ['order'], ['--']]) assert.throws(() => startOptions(args), UserError);
});

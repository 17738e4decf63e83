import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { checkOptions } from '../../../src/nx/executors/shared/check-options.ts';

const schema = join(import.meta.dirname, '../../../src/nx/executors/deploy-kind/schema.json');
const check = (options: object) => () => checkOptions('deploy-kind', options, schema);
const refusal = (message: RegExp, hint: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.match(error.message, message);
  assert.match(error.hint ?? '', hint);
  return true;
};

test('declared options pass, with what Nx adds of its own', () => {
  check({
    dryRun: true,
    timeout: 1,
    registry: 'registry.example',
    __unparsed__: ['--x'],
    __overrides_unparsed__: [],
  })();
});

test('a mistyped option is named, with the one that was meant', () => {
  assert.throws(check({ dryRunn: true }), refusal(/deploy-kind has no option --dryRunn/, /did you mean --dryRun\?/));
  assert.throws(check({ 'time-out': 5 }), refusal(/no option --timeOut/, /--timeout\?/));
  assert.throws(check({ everything: true }), refusal(/no option --everything/, /^All options: --help$/));
});

test('a number below its minimum is refused', () => {
  assert.throws(check({ timeout: 0 }), refusal(/--timeout is 0/, /at least 1/));
});

test('a value of another type is refused with what to write', () => {
  assert.throws(check({ timeout: 'abc' }), refusal(/--timeout is "abc"/, /a whole number/));
  assert.throws(check({ timeout: 1.5 }), refusal(/--timeout is 1\.5/, /a whole number/));
  assert.throws(check({ dryRun: 'yes' }), refusal(/--dryRun is "yes"/, /true or false/));
  assert.throws(check({ registry: true }), refusal(/--registry is true/, /a text/));
});

test('an option in kebab-case wins over the default that Nx has filled in', () => {
  const options = { adoptNamespace: false, 'adopt-namespace': true, 'dry-run': true };
  assert.deepEqual(checkOptions('deploy-kind', options, schema), { adoptNamespace: true, dryRun: true });
});

test('--help shows one type for each option, which Nx lets pass whatever is written', () => {
  const { properties } = JSON.parse(readFileSync(schema, 'utf8')) as {
    properties: Record<string, { type: unknown; anyOf: { type: string }[]; description?: string }>;
  };
  for (const [name, { type, anyOf, description = '' }] of Object.entries(properties)) {
    assert.ok(['boolean', 'integer', 'string'].includes(String(type)), `${name} is ${String(type)}`);
    assert.deepEqual(anyOf.map((passes) => passes.type).sort(), ['boolean', 'number', 'string']);
    assert.ok(description.length > 20, `${name} is described`);
  }
});

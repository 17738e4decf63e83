import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTargetArguments } from '../../src/nx/commands/target-command.ts';

const command = { name: 'deploy', takesServices: true };
const properties = {
  dryRun: { type: 'boolean', default: false, description: '' },
  force: { type: 'boolean', default: true, description: '' },
  timeout: { type: 'integer', default: 180, description: '' },
  level: { type: 'string', enum: ['warn', 'error'], description: '' },
  service: { type: 'array', description: '' },
} as const;
const schema = { properties } as unknown as Parameters<typeof parseTargetArguments>[1];
const parse = (...args: string[]) => parseTargetArguments(command, schema, args);

test('options have the names and the defaults that the target has under Nx', () => {
  assert.deepEqual(parse(), { help: false, services: [], options: { dryRun: false, force: true, timeout: 180 } });
  for (const written of ['--dry-run', '--dryRun']) assert.equal(parse(written).options.dryRun, true);
  assert.equal(parse('--no-force').options.force, false);
  assert.equal(parse('--timeout=5').options.timeout, 5);
  assert.deepEqual(parse('--service', 'a', '--service', 'b').options.service, ['a', 'b']);
  assert.equal(parse('-h').help, true);
});

test('services are named one by one or with commas, between options too', () => {
  assert.deepEqual(parse('order', '--dry-run', 'user,product').services, ['order', 'user', 'product']);
  assert.throws(() => parseTargetArguments({ name: 'status', takesServices: false }, schema, ['order']), /order/);
});

test('what the schema does not know is refused, with the way to the list', () => {
  for (const args of [['--jsn'], ['--timeout', 'soon'], ['--timeout=-1'], ['--dry-run=maybe']]) {
    assert.throws(
      () => parse(...args),
      { hint: 'npx slipway deploy --help lists the options' } satisfies object,
      args[0],
    );
  }
  assert.throws(() => parse('--level', 'loud'), { message: '--level is "loud"', hint: 'one of: warn, error' });
});

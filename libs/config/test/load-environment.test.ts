import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EnvironmentError,
  environment,
  integer,
  loadEnvironment,
  boolean,
  oneOf,
  postgres,
  service,
  text,
  acceptedKey,
} from '@slipway/config';

const schema = environment({
  DATABASE_URL: postgres(),
  USER_URL: service('user'),
  POOL_SIZE: integer({ description: 'connections', default: 10, minimum: 1 }),
  TRUST: boolean({ description: 'whom to believe', default: false }),
  LEVEL: oneOf(['info', 'debug'], { description: 'log level', default: 'info' }),
  NAME: text({ description: 'a name' }),
  ORDER_KEY: acceptedKey('order'),
});
const good = {
  DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/d',
  USER_URL: 'http://user',
  NAME: 'x',
  ORDER_KEY: 'k'.repeat(32),
};

test('types and defaults come from the schema, and the object is frozen', () => {
  const env = loadEnvironment(schema, { ...good, POOL_SIZE: '7', TRUST: 'true', UNKNOWN: 'ignored' });
  assert.deepEqual(env, { ...good, POOL_SIZE: 7, TRUST: true, LEVEL: 'info' });
  assert.ok(Object.isFrozen(env));
});

test('all faults are reported at once and none shows a value', () => {
  const faulty = { USER_URL: 'user-secret', POOL_SIZE: '0', TRUST: 'yes', LEVEL: 'loud', NAME: '', ORDER_KEY: 'short' };
  assert.throws(
    () => loadEnvironment(schema, faulty),
    (error: unknown) => {
      assert.ok(error instanceof EnvironmentError);
      assert.deepEqual(
        error.problems.map((problem) => problem.split(' ')[0]),
        ['DATABASE_URL', 'USER_URL', 'POOL_SIZE', 'TRUST', 'LEVEL', 'NAME', 'ORDER_KEY'],
      );
      assert.doesNotMatch(error.message, /user-secret|loud|short/);
      return true;
    },
  );
});

test('a number is decimal digits only', () => {
  for (const size of ['1e3', '0x10', ' 5', '5.0', 'NaN']) {
    assert.throws(() => loadEnvironment(schema, { ...good, POOL_SIZE: size }), EnvironmentError, size);
  }
});

test('a rotation has two accepted keys, never three', () => {
  const key = 'k'.repeat(32);
  assert.equal(loadEnvironment(schema, { ...good, ORDER_KEY: `${key},${key}` }).ORDER_KEY, `${key},${key}`);
  assert.throws(() => loadEnvironment(schema, { ...good, ORDER_KEY: `${key},${key},${key}` }), EnvironmentError);
});

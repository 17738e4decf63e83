import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { runInDependencyOrder, type ServiceResult } from '../../src/services/run-in-dependency-order.ts';
import { serviceSpec } from '../support/service-spec.ts';

const shop = [
  serviceSpec('gateway', ['order', 'product', 'user']),
  serviceSpec('order', ['product', 'user']),
  serviceSpec('product', ['user']),
  serviceSpec('user'),
  serviceSpec('lone'),
];

async function run(
  fails: (name: string, step: string) => boolean,
  fail = (text: string): Error => new UserError(text),
) {
  const log: string[] = [];
  const step = (name: string, what: string) => async () => {
    log.push(`${name} ${what}`);
    if (fails(name, what)) throw fail(`${what} of ${name} failed`);
  };
  const results: Record<string, ServiceResult> = {};
  const work = ({ name }: { name: string }) => ({ prepare: step(name, 'prepare'), finish: step(name, 'finish') });
  for await (const result of runInDependencyOrder(shop, work)) results[result.service] = result;
  return { log, results };
}

test('databases are prepared at once, services finish after those they call', async () => {
  const { log, results } = await run(() => false);
  assert.deepEqual(
    Object.values(results).map(({ status }) => status),
    Array(5).fill('success'),
  );
  const at = (line: string) => log.indexOf(line);
  for (const { name, calls } of shop) {
    for (const callee of calls) assert.ok(at(`${callee} finish`) < at(`${name} finish`), `${callee} before ${name}`);
    assert.ok(at(`${name} prepare`) < at('user finish'));
  }
});

test('a failure skips the callers, near and far, and nothing else', async () => {
  const { log, results } = await run((name, what) => name === 'product' && what === 'finish');
  assert.equal(results.product!.status, 'failure');
  assert.equal(results.product!.message, 'finish of product failed');
  assert.equal(results.order!.status, 'skipped');
  assert.equal(results.order!.message, 'its dependency product failed');
  assert.equal(results.gateway!.message, 'its dependency product failed', 'the cause, not who was skipped with it');
  assert.equal(results.user!.status, 'success');
  assert.equal(results.lone!.status, 'success');
  assert.ok(!log.includes('order finish'));
});

test('a database that fails fails its service alone', async () => {
  const { results } = await run((name, what) => name === 'order' && what === 'prepare');
  assert.equal(results.order!.status, 'failure');
  assert.equal(results.gateway!.status, 'skipped');
  assert.equal(results.product!.status, 'success');
});

test('a bug of ours does not look like a service that fails', async () => {
  const { results } = await run(
    (name, what) => name === 'user' && what === 'finish',
    (text) => new TypeError(text),
  );
  assert.match(
    results.user!.message,
    /bug in slipway[\s\S]*TypeError: finish of user failed[\s\S]*run-in-dependency-order\.test\.ts/,
  );
});

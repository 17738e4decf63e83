import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { requireServices, selectServices } from '../../src/services/select-services.ts';

const refusal = (message: string, hint: string) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.deepEqual([error.message, error.hint], [message, hint]);
  return true;
};

test('services are selected by name; without names all are', () => {
  const all = [{ name: 'order' }, { name: 'product' }];
  assert.deepEqual(selectServices(all), all);
  assert.deepEqual(selectServices(all, ['product']), [{ name: 'product' }]);
});

test('a service that is not there is named, with those that are and the one that is probably meant', () => {
  const known = ['order', 'product'];
  assert.throws(
    () => requireServices(known, ['ordre', 'order']),
    refusal('there is no service "ordre"', 'did you mean order? there are: order, product'),
  );
  assert.throws(
    () => requireServices(known, ['tools', 'checkout']),
    refusal('there is no service "tools", "checkout"', 'there are: order, product'),
  );
});

test('no service at all is no selection', () => {
  assert.throws(() => requireServices(['order'], []), refusal('no service is named', 'there are: order'));
  assert.throws(() => selectServices([]), /this workspace has no service/);
});

import { expectProblem } from '../../support/expect-problem.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

const key = (value = unique('key')) => ({ 'idempotency-key': value });

test('the same key makes one order and repeats its answer', async ({ shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const headers = key();
  const first = await shop.tryOrder(token, [{ productId, quantity: 2 }], headers);
  const second = await shop.tryOrder(token, [{ productId, quantity: 2 }], headers);
  expect(first.status).toBe(201);
  expect(second).toMatchObject({ status: 201, body: first.body });
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
  expect(await shop.stock(productId)).toBe(8);
});

test('the same key many times at once makes one order', async ({ shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const headers = key();
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => shop.tryOrder(token, [{ productId, quantity: 1 }], headers)),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  expect(await shop.stock(productId)).toBe(9);
});

test('the same key with another body is refused', async ({ shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const headers = key();
  expect((await shop.tryOrder(token, [{ productId, quantity: 1 }], headers)).status).toBe(201);
  const other = await shop.tryOrder(token, [{ productId, quantity: 2 }], headers);
  expectProblem(other, 422, 'idempotency-key-reused');
  expect(await shop.stock(productId)).toBe(9);
});

test('another user’s same key is another key', async ({ shop, otherUser, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const headers = key();
  const mine = await shop.tryOrder(token, [{ productId, quantity: 1 }], headers);
  const theirs = await shop.tryOrder(otherUser.token, [{ productId, quantity: 1 }], headers);
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(theirs.body.id).not.toBe(mine.body.id);
});

test('a refusal is repeated too, whatever has changed since', async ({ shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 1 });
  const headers = key();
  const order = () => shop.tryOrder(token, [{ productId, quantity: 2 }], headers);
  expectProblem(await order(), 409, 'insufficient-stock');
  await shop.setStock(productId, 10);
  expectProblem(await order(), 409, 'insufficient-stock');
  expect(await shop.stock(productId)).toBe(10);
});

test('without a key every request is an order of its own', async ({ shop, customer: { token } }) => {
  const { id: productId } = await shop.product({ stock: 10 });
  const first = await shop.order(token, [{ productId, quantity: 1 }]);
  const second = await shop.order(token, [{ productId, quantity: 1 }]);
  expect(second.id).not.toBe(first.id);
});

test('a key may have 128 visible characters', async ({ shop, customer: { token } }) => {
  const { id: productId } = await shop.product();
  const headers = key(unique('!~').padEnd(128, '~'));
  expect((await shop.tryOrder(token, [{ productId, quantity: 1 }], headers)).status).toBe(201);
});

for (const [what, value] of [
  ['129 characters', 'x'.repeat(129)],
  ['a space', 'two words'],
  ['more than ASCII', 'schlüssel'],
] as const) {
  test(`refuses a key with ${what}`, async ({ shop, customer: { token } }) => {
    const { id: productId } = await shop.product();
    expectProblem(await shop.tryOrder(token, [{ productId, quantity: 1 }], key(value)), 400);
    expect(await shop.stock(productId)).toBe(10);
  });
}

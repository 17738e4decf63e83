import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidV7 } from '@shop/service-kit/uuid-v7';

test('ids are canonical UUIDv7, grow strictly and carry their time', () => {
  const made = Array.from({ length: 20_000 }, () => uuidV7());
  for (const { id, createdAt } of made.slice(0, 100)) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(parseInt(id.replaceAll('-', '').slice(0, 12), 16), createdAt.getTime());
  }
  const ids = made.map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOrder } from '../../src/local/start-order.ts';

test('callees come before callers, by name where calls leave it open', () => {
  const services = [
    { name: 'gateway', calls: ['user', 'product', 'order'] },
    { name: 'order', calls: ['product', 'user'] },
    { name: 'product', calls: ['user'] },
    { name: 'user', calls: [] },
    { name: 'audit', calls: [] },
  ];
  assert.deepEqual(startOrder(services), ['audit', 'user', 'product', 'order', 'gateway']);
});

test('a callee that is not among them is left out', () => {
  assert.deepEqual(startOrder([{ name: 'order', calls: ['product'] }]), ['order']);
});

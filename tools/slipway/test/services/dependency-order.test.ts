import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortByDependency } from '../../src/services/dependency-order.ts';

test('callees come before callers, by name where calls leave it open', () => {
  const services = [
    { name: 'gateway', calls: ['user', 'product', 'order'] },
    { name: 'order', calls: ['product', 'user'] },
    { name: 'product', calls: ['user'] },
    { name: 'user', calls: [] },
    { name: 'audit', calls: [] },
  ];
  assert.deepEqual(sortByDependency(services), ['audit', 'user', 'product', 'order', 'gateway']);
});

test('a callee that is not among them is left out', () => {
  assert.deepEqual(sortByDependency([{ name: 'order', calls: ['product'] }]), ['order']);
});

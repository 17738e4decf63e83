import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf } from '../src/findings.ts';
import { judge } from '../src/judge.ts';

const scored = (name: string, grade: number, comments: string[], skipped = false) => ({
  object_name: `Deployment/apps/v1/shop/${name}`,
  type_meta: { kind: 'Deployment' },
  checks: [{ check: { id: 'limits' }, grade, skipped, comments: comments.map((summary) => ({ path: '', summary })) }],
});
const report = JSON.stringify([
  scored('order', 1, ['no limit', 'no limit']),
  scored('user', 5, ['no limit', 'no request']),
  scored('fine', 10, ['praise']),
  scored('skipped', 0, ['no limit'], true),
]);
const found = findingsOf('dev', report);
const accepted = { check: 'limits', says: 'no limit', kinds: ['Deployment'], overlays: ['dev'], reason: 'r' };

test('remarks come together by check, words and kind; full marks and skipped checks are none', () => {
  const finding = { overlay: 'dev', check: 'limits', kind: 'Deployment' };
  assert.deepEqual(found, [
    { ...finding, says: 'no limit', objects: ['order', 'user'] },
    { ...finding, says: 'no request', objects: ['user'] },
  ]);
});

test('what is not listed fails, by check, words, kind and overlay', () => {
  assert.deepEqual(judge(found, [accepted]).unexplained, [found[1]]);
  for (const other of [{ check: 'x' }, { says: 'x' }, { kinds: ['Pod'] }, { overlays: ['prod'] }]) {
    assert.equal(judge(found, [{ ...accepted, ...other }]).unexplained.length, 2, JSON.stringify(other));
  }
});

test('an entry that no longer occurs fails, also for one of its kinds or overlays', () => {
  assert.deepEqual(judge(found, [accepted]).stale, []);
  assert.deepEqual(judge(found, [{ ...accepted, overlays: ['dev', 'prod'] }]).stale, [
    'limits on Deployment in prod: no limit',
  ]);
});

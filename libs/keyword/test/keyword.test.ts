import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keywordProblem } from '@slipway/keyword';

test('what the config library writes is understood', () => {
  for (const keyword of [
    { kind: 'plain', secret: false },
    { kind: 'plain', secret: true, dev: 'a', local: 'b' },
    { kind: 'plain', isPoolSize: true },
    { kind: 'service-url', service: 'user' },
    { kind: 'postgres-url', maxConnections: 100 },
    { kind: 'postgres-url' },
    { kind: 'generated-password', length: 24 },
    { kind: 'key-pair', algorithm: 'ES256', lifetime: 'TOKEN_LIFETIME_S' },
    { kind: 'shared-key', service: 'product' },
    { kind: 'accepted-key', service: 'order' },
  ])
    assert.equal(keywordProblem(keyword), undefined, JSON.stringify(keyword));
});

const wrong: [unknown, RegExp][] = [
  [undefined, /^has no x-slipway keyword \(kinds: plain, service-url, /],
  ['plain', /^has no x-slipway keyword/],
  [{ kind: 'pasword' }, /the unknown kind "pasword"/],
  [{ kind: 'service-url' }, /of kind "service-url" that .*service/],
  [{ kind: 'service-url', service: '' }, /in "service"/],
  [{ kind: 'postgres-url', maxConnections: '100' }, /in "maxConnections"/],
  [{ kind: 'postgres-url', maxConnection: 100 }, /of kind "postgres-url" that knows no "maxConnection"$/],
  [{ kind: 'generated-password', length: 4 }, /in "length"/],
  [{ kind: 'key-pair', algorithm: 'RS256', lifetime: 'L' }, /in "algorithm"/],
  [{ kind: 'plain', local: 3000 }, /in "local"/],
];
for (const [keyword, message] of wrong) {
  test(`refused: ${JSON.stringify(keyword)}`, () => assert.match(keywordProblem(keyword) ?? 'understood', message));
}

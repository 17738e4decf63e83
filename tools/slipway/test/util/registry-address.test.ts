import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRegistry } from '../../src/util/registry-address.ts';

test('a registry is a host, or a path in one', () => {
  assert.deepEqual(parseRegistry('127.0.0.1:5000'), { host: '127.0.0.1:5000', path: [] });
  assert.deepEqual(parseRegistry('[::1]:5000'), { host: '[::1]:5000', path: [] });
  assert.deepEqual(parseRegistry('registry.gitlab.com/group/sub-group/my_project'), {
    host: 'registry.gitlab.com',
    path: ['group', 'sub-group', 'my_project'],
  });
});

const refused: [string, RegExp][] = [
  ['https://registry.example', /no scheme.*--registry registry\.example$/s],
  ['registry.example/Group', /"Group" cannot be part.*lower-case/s],
  ['registry.example/', /"" cannot be part/],
  ['registry.example//a', /"" cannot be part/],
  ['', /"" is no host/],
  ['user@registry.example', /is no host/],
];
for (const [registry, said] of refused) {
  test(`refused: "${registry}"`, () => {
    assert.throws(
      () => parseRegistry(registry),
      ({ message, hint }: Error & { hint?: string }) => said.test(`${message}\n${hint}`),
    );
  });
}

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
  ['registry.example/', /ends with a slash.*--registry registry\.example$/s],
  ['registry.example//a', /"" cannot be part/],
  ['', /"" is no host/],
  ['user@registry.example', /a login does not belong here.*docker login registry\.example$/s],
];
test('a password that was written into it is not printed', () => {
  for (const registry of ['https://me:hunter2@registry.example', 'me:hunter2@registry.example/shop'])
    assert.throws(
      () => parseRegistry(registry),
      ({ message, hint }: Error & { hint?: string }) => !`${message}\n${hint}`.includes('hunter2'),
    );
});

for (const [registry, said] of refused) {
  test(`refused: "${registry}"`, () => {
    assert.throws(
      () => parseRegistry(registry),
      ({ message, hint }: Error & { hint?: string }) => said.test(`${message}\n${hint}`),
    );
  });
}

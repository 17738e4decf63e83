import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { mutate } from '../src/mutant.ts';
import { mutants } from '../src/mutants.ts';

const root = workspaceRoot(import.meta.dirname);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

for (const { name, file, find, replace, test: guardTest } of mutants) {
  test(`mutant ${name} finds what it takes out, and its test`, () => {
    assert.ok(existsSync(join(root, file)), `${file} is gone: name the file that has the guard now`);
    const mutated = mutate({ find, replace }, read(file));
    assert.ok(mutated !== undefined, `${file} does not have this exactly once: ${find}`);
    assert.notEqual(mutated, read(file));
    if ('chaos' in guardTest) return;
    assert.ok(existsSync(join(root, guardTest.file)), `${guardTest.file} is gone: name the guard's test`);
    assert.ok(read(guardTest.file).includes(guardTest.name ?? ''), `${guardTest.file} has no test "${guardTest.name}"`);
  });
}

test('no two mutants have one name', () => {
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length);
});

test('what stands twice or not at all is not mutated', () => {
  const find = { find: 'b', replace: 'x' };
  assert.equal(mutate(find, 'abc'), 'axc');
  assert.equal(mutate(find, 'abcb'), undefined);
  assert.equal(mutate(find, 'ac'), undefined);
});

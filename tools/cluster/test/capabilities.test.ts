import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goDir } from '../src/core/paths.ts';
import { missingCapabilities } from '../src/engine/capabilities.ts';

const status = (bounding: string): string => `Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t${bounding}\n`;

test('a full set has no missing capability', () => {
  assert.deepEqual(missingCapabilities(status('000001ffffffffff'), 40), []);
});

test('one missing bit is named', () => {
  assert.deepEqual(missingCapabilities(status('000001fffeffffff'), 40), ['CAP_SYS_RESOURCE']);
  assert.deepEqual(missingCapabilities(status('000000ffffffffff'), 40), ['CAP_CHECKPOINT_RESTORE']);
});

test('a capability that the kernel does not know is not missing', () => {
  assert.deepEqual(missingCapabilities(status('0000003fffffffff'), 37), []);
});

test('a status without the line is an error, not an empty list', () => {
  assert.throws(() => missingCapabilities('Name:\tnode\n', 40), /CapBnd/);
});

test('the OCI runtime knows the same capabilities in the same order', () => {
  const ours = missingCapabilities(status('0000000000000000'), 63).map((name) => name.replace('CAP_', ''));
  const source = readFileSync(join(goDir, 'oci-runtime', 'main.go'), 'utf8');
  const theirs = /capabilityNames = strings\.Fields\(`([^`]+)`\)/.exec(source)?.[1]?.split(/\s+/);
  assert.equal(ours.length, 41);
  assert.deepEqual(theirs, ours);
});

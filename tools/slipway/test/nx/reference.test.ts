import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { referenceText } from '../../scripts/reference.ts';

test('docs/reference.md is what the schemas say; else: node tools/slipway/scripts/reference.ts', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/reference.md'), 'utf8');
  assert.equal(text, await referenceText());
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../src/errors.ts';
import { workspaceRoot } from '../src/workspace-root.ts';

test('the root is found from any folder below it', () => {
  const root = workspaceRoot(import.meta.dirname);
  assert.ok(existsSync(join(root, 'nx.json')));
  assert.equal(root, join(import.meta.dirname, '..', '..', '..'));
  assert.equal(workspaceRoot(root), root);
});

test('outside of a workspace is an error with a hint', () => {
  assert.throws(
    () => workspaceRoot('/'),
    (error) => error instanceof UserError && /nx\.json/.test(error.hint ?? ''),
  );
});

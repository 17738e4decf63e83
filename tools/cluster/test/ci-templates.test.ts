import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOptions } from '../src/cli/options.ts';

const root = join(import.meta.dirname, '../../..');

/** Documents that show commands of slipway-cluster to people. */
for (const file of globSync(['docs/ci/*.yml', 'docs/tutorial.md', 'docs/how-to/*.md', 'docs/other-workspaces.md'], {
  cwd: root,
})) {
  const lines = readFileSync(join(root, file), 'utf8').matchAll(/npx slipway-cluster ([^#`\n|;&]+)/g);
  for (const [, words] of lines)
    test(`${file}: slipway-cluster ${words!.trim()}`, () => {
      assert.doesNotThrow(() => parseOptions(words!.trim().split(/\s+/)));
    });
}

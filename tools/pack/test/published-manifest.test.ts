import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { publishedManifest, withCompiledPaths } from '../src/published-manifest.ts';
import { releasedPackages } from '../src/released-package.ts';

test('exports name what sources are compiled to; what only the repository needs is left out', () => {
  const published = publishedManifest({
    name: '@acme/tool',
    version: '1.0.0',
    private: true,
    files: ['src'],
    nx: { name: 'tool' },
    exports: { '.': './plugin.cjs', './a': './src/a.ts' },
  });
  assert.deepEqual(published, {
    name: '@acme/tool',
    version: '1.0.0',
    exports: { '.': './plugin.cjs', './a': { types: './src/a.d.ts', default: './src/a.js' } },
  });
});

test('paths of sources in copied files are renamed, and nothing else that ends in .ts', () => {
  const text = `require('./src/plugin.ts'); import('../main.ts'); "./src/entry.ts#run"; './types.d.ts'; 'main.ts'`;
  const compiled = `require('./src/plugin.js'); import('../main.js'); "./src/entry.js#run"; './types.d.ts'; 'main.ts'`;
  assert.equal(withCompiledPaths(text), compiled);
});

test('released packages depend on released packages only, all of one version', () => {
  const released = releasedPackages(join(import.meta.dirname, '../../..'));
  const versions = new Map(released.map(({ manifest }) => [manifest.name, manifest.version]));
  assert.ok(versions.has('slipway'));
  for (const { manifest } of released) {
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (name.startsWith('@slipway/')) assert.equal(version, versions.get(name), `${manifest.name} needs ${name}`);
    }
  }
});

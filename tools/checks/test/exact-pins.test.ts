import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { workspaceRoot } from '../src/workspace-root.ts';

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
/** Not peers: those are ranges, whoever installs a package has the versions. */
const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const find = (pattern: string) =>
  globSync(pattern, { cwd: workspaceRoot, exclude: ['**/node_modules/**', '**/dist/**'] }).sort();

test('every package.json names exact versions', () => {
  const manifests = find(
    '{package.json,{apps,libs,tools}/*/package.json,{e2e,e2e/{processes,scenarios},bench}/package.json}',
  );
  assert.ok(manifests.length > 10);
  for (const path of manifests) {
    const manifest = JSON.parse(readFileSync(join(workspaceRoot, path), 'utf8')) as Record<string, unknown>;
    for (const field of FIELDS) {
      for (const [name, version] of Object.entries((manifest[field] ?? {}) as Record<string, string>)) {
        assert.match(version, EXACT, `${path} ${field} ${name}`);
      }
    }
  }
});

test('every package in the lockfile has its integrity', () => {
  const { packages } = JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string; link?: boolean }>;
  };
  const fetched = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
  assert.ok(fetched.length > 100);
  for (const [path, { integrity }] of fetched) assert.match(integrity ?? '', /^sha512-/, path);
});

test('every Go module that requires others has their checksums', () => {
  const modules = find('tools/**/go.mod');
  assert.ok(modules.length > 3);
  for (const path of modules) {
    if (!/^require /m.test(readFileSync(join(workspaceRoot, path), 'utf8'))) continue;
    assert.ok(existsSync(join(workspaceRoot, dirname(path), 'go.sum')), `${path} has no go.sum beside it`);
  }
});

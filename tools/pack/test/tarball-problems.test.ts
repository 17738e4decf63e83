import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tarballProblems } from '../src/tarball-problems.ts';

const manifest = {
  name: '@acme/tool',
  version: '1.0.0',
  license: 'Apache-2.0',
  description: 'A tool',
  engines: { node: '>=22' },
  exports: { '.': { types: './src/index.d.ts', default: './src/index.js' } },
  dependencies: { yaml: '2.9.1' },
};

function problemsOf(changes: Record<string, string | undefined>, fields: object = {}): string[] {
  const files: Record<string, string | undefined> = {
    'package.json': JSON.stringify({ ...manifest, ...fields }),
    'README.md': '# @acme/tool',
    LICENSE: 'Apache',
    'src/index.js':
      "import { parse } from 'yaml';\nimport { join } from 'node:path';\nexport { other } from './other.js';\n",
    'src/index.d.ts': "export { other } from './other.ts';\n",
    'src/other.js': 'export const other = 1;\n',
    ...changes,
  };
  const present = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return tarballProblems(new Map(present.map(([path, text]) => [path, Buffer.from(text)])));
}

test('compiled code with declarations, a README and a licence is fit to be published', () => {
  assert.deepEqual(problemsOf({}), []);
});

test('sources and tests are refused, a declaration and the template of a test are not', () => {
  const template = { 'src/files/test/__name__.test.ts.template': '' };
  assert.deepEqual(problemsOf({ 'src/a.ts': '', 'src/b.mts': '', 'src/c.d.ts': '', ...template }), [
    'src/a.ts is a source: Node strips no types below node_modules',
    'src/b.mts is a source: Node strips no types below node_modules',
  ]);
  assert.deepEqual(problemsOf({ 'test/a.js': '', 'src/b.test.js': '' }), [
    'test/a.js is a test',
    'src/b.test.js is a test',
  ]);
});

test('what only the repository has is refused: the private flag, versions that point into it', () => {
  assert.deepEqual(problemsOf({}, { private: true }), ['package.json says private']);
  assert.deepEqual(problemsOf({}, { dependencies: { yaml: 'workspace:*' } }), [
    'package.json needs yaml as workspace:*, which only this repository has',
  ]);
});

test('every path that package.json or an import names must be in the tarball', () => {
  assert.deepEqual(problemsOf({ 'src/other.js': undefined }), [
    'src/index.js imports ./other.js, which is not in the tarball',
  ]);
  assert.deepEqual(problemsOf({}, { bin: { tool: './bin/tool.cjs' }, executors: './executors.json' }), [
    'package.json names ./bin/tool.cjs, which is not in the tarball',
    'package.json names ./executors.json, which is not in the tarball',
  ]);
});

test('an import of a package that package.json does not declare is refused, also a lazy one', () => {
  const lazy =
    "const load = async () => await import('esbuild');\nimport './other.js';\nimport { a } from '@acme/b/c';\n";
  assert.deepEqual(problemsOf({ 'src/index.js': lazy }), [
    'src/index.js imports esbuild, which package.json does not declare',
    'src/index.js imports @acme/b, which package.json does not declare',
  ]);
});

test('a README, a licence, a description and engines are demanded', () => {
  assert.deepEqual(problemsOf({ 'README.md': undefined, LICENSE: undefined }, { engines: undefined }), [
    'README.md is missing',
    'LICENSE is missing',
    'package.json has no engines',
  ]);
});

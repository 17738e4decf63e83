import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { workspaceRoot } from '../src/workspace-root.ts';
import { folderCircles } from './folder-circles.ts';

const fixture = mkdtempSync(join(tmpdir(), 'slipway-circles-'));
after(() => rmSync(fixture, { recursive: true }));

function folderWith(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(fixture, name, dirname(path)), { recursive: true });
    writeFileSync(join(fixture, name, path), text);
  }
  return join(fixture, name);
}

test('no two folders of a package import from each other', () => {
  const packages = globSync('{apps,libs,tools}/*/src', { cwd: workspaceRoot });
  assert.ok(packages.includes('tools/slipway/src'), packages.join());
  for (const src of packages) assert.deepEqual(folderCircles(join(workspaceRoot, src)), [], src);
});

test('two folders that import from each other are found, though none of their files do', () => {
  const src = folderWith('two', {
    'low/floor.ts': 'export const floor = 1;\n',
    'low/door.ts': "import { wall } from '../high/wall.ts';\nexport const door = wall;\n",
    'high/wall.ts': 'export const wall = 1;\n',
    'high/roof.ts': "import { floor } from '../low/floor.ts';\nexport const roof = floor;\n",
  });
  assert.deepEqual(folderCircles(src), [['high', 'low']]);
});

test('a circle over a third folder, of a type, of a folder and its parent is found', () => {
  const three = folderWith('three', {
    'a/a.ts': "import '../b/b.ts';\n",
    'b/b.ts': "export * from '../c/c.ts';\n",
    'c/c.ts': "await import('../a/other.ts');\n",
    'd/d.ts': "import '../a/a.ts';\n",
  });
  assert.deepEqual(folderCircles(three), [['a', 'b', 'c']]);
  const parent = folderWith('parent', {
    'outer/main.ts': "import './inner/part.ts';\n",
    'outer/inner/part.ts': "import type { Name } from '../name.ts';\n",
  });
  assert.deepEqual(folderCircles(parent), [['outer', 'outer/inner']]);
});

test('folders that import one way only form no circle', () => {
  const src = folderWith('one-way', {
    'main.ts': "import './high/wall.ts';\n",
    'high/wall.ts': "import '../low/floor.ts';\nimport 'node:fs';\n",
    'high/deep/door.ts': "import '../../low/floor.ts';\n",
    'low/floor.ts': 'export const floor = 1;\n',
  });
  assert.deepEqual(folderCircles(src), []);
});

import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { workspaceRoot as root } from '../src/workspace-root.ts';

type Rooms = Record<string, string[]>;
const { ROOMS, roomRules, circleRules } = (await import(pathToFileURL(join(root, 'eslint.rooms.js')).href)) as {
  ROOMS: Rooms;
  roomRules: (rooms?: Rooms, root?: string) => Linter.Config[];
  circleRules: (folders?: string[]) => Linter.Config[];
};

const fixture = mkdtempSync(join(tmpdir(), 'slipway-rooms-'));
after(() => rmSync(fixture, { recursive: true }));
const FILES = {
  'pack/src/main.ts': "import './high/deep/door.ts';\n",
  'pack/src/low/floor.ts': 'export const floor = 1;\n',
  'pack/src/low/one.ts': "import './two.ts';\n",
  'pack/src/low/two.ts': "import './one.ts';\n",
  'pack/src/high/deep/door.ts': "import { floor } from '../../low/floor.ts';\nexport const door = floor;\n",
};
for (const [path, text] of Object.entries(FILES)) {
  mkdirSync(join(fixture, dirname(path)), { recursive: true });
  writeFileSync(join(fixture, path), text);
}

const parser = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } } as Linter.Config;

async function messages(cwd: string, rules: Linter.Config[], path: string, text: string): Promise<string[]> {
  const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: [parser, ...rules] });
  const [result] = await eslint.lintText(text, { filePath: join(cwd, path) });
  return (result?.messages ?? []).map(({ message }) => message);
}

test('a room imports itself and rooms before it; a room after it is an error', async () => {
  const rules = roomRules({ pack: ['low', 'high'] }, fixture);
  const lint = (path: string, text: string) => messages(fixture, rules, path, text);
  for (const path of ['pack/src/main.ts', 'pack/src/high/deep/door.ts'] as const) {
    assert.deepEqual(await lint(path, FILES[path]), []);
  }
  assert.deepEqual(await lint('pack/src/low/planted.ts', "import './floor.ts';\n"), []);
  for (const planted of [
    "import '../high/deep/door.ts';",
    "import type { door } from '../high/deep/door.ts';",
    "export * from '../high/deep/door.ts';",
    "await import('../high/deep/door.ts');",
    "import '../main.ts';",
  ]) {
    const [message, ...rest] = await lint('pack/src/low/planted.ts', `${planted}\n`);
    assert.match(message ?? planted, /The room "low" of pack may import only: low/);
    assert.deepEqual(rest, []);
  }
});

test('a circle between two files is an error', async () => {
  const rules = circleRules(['pack']);
  assert.match((await messages(fixture, rules, 'pack/src/low/one.ts', FILES['pack/src/low/one.ts'])).join(), /cycle/i);
  const door = 'pack/src/high/deep/door.ts';
  assert.deepEqual(await messages(fixture, rules, door, FILES[door]), []);
});

test('the rule is on, and fails on a planted import, in every room that has one above it', async () => {
  const eslint = new ESLint({ cwd: root });
  for (const [folder, order] of Object.entries(ROOMS)) {
    const files = globSync('*/**/*.ts', { cwd: join(root, folder, 'src') });
    assert.deepEqual(
      new Set(files.map((file) => file.split('/')[0])),
      new Set(order),
      `${folder}/src has exactly the rooms of eslint.rooms.js`,
    );
    for (const [index, room] of order.slice(0, -1).entries()) {
      const path = join(folder, 'src', room, 'planted.ts');
      const config = (await eslint.calculateConfigForFile(join(root, path))) as Linter.Config;
      assert.equal((config.rules?.['import-x/no-restricted-paths'] as [number])[0], 2);
      const above = files.find((file) => file.startsWith(`${order[index + 1]!}/`))!;
      const planted = await messages(root, roomRules(), path, `import '../${above}';\n`);
      assert.match(planted.join(), new RegExp(`The room "${room}" of ${folder} may import only`));
    }
  }
});

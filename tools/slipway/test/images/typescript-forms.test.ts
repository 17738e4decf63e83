import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { unpackService } from '../support/unpack-service.ts';
import { type Files, makeWorkspace, shopSpec } from './fixture-service.ts';

const removals: (() => void)[] = [];
after(() => removals.forEach((remove) => remove()));

type Given = { files: Files; links?: Record<string, string>; name?: string; root?: string };

/** What the image's program of a service prints. */
async function printed(main: string, { files, links = {}, name, root = 'apps/shop' }: Given): Promise<string> {
  const own = { [`${root}/package.json`]: '{"name":"@fix/shop","type":"module","imports":{"#word":"./src/word.ts"}}' };
  const workspace = makeWorkspace(
    { ...own, ...files, [`${root}/src/main.ts`]: main },
    name === undefined ? {} : { name },
  );
  removals.push(workspace.remove);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(workspace.root, path)), { recursive: true });
    symlinkSync(target, join(workspace.root, path));
  }
  const image = join(workspace.root, 'dist', 'image');
  const service = { ...shopSpec, root, configFile: `${root}/src/config.ts` };
  await unpackService(workspace.root, service, image);
  const { stdout, stderr } = spawnSync(process.execPath, ['main.js'], { cwd: join(image, root), encoding: 'utf8' });
  return stdout + stderr;
}

const thing = (text: string) => `export const thing: string = '${text}';\n`;
const tsconfig = (options: object) => JSON.stringify({ compilerOptions: options });
const linked = (exports: object | string, more: Files = {}): Given => ({
  files: {
    'libs/thing/package.json': JSON.stringify({ name: '@fix/thing', type: 'module', exports }),
    'libs/thing/src/index.ts': thing('source'),
    'libs/thing/dist/index.js': "export const thing = 'built';\n",
    ...more,
  },
  links: { 'node_modules/@fix/thing': '../../libs/thing' },
});

const FORMS: [what: string, main: string, given: Given, output: string][] = [
  [
    'a path from baseUrl',
    "import { thing } from 'libs/thing/src/index';\nconsole.log(thing);\n",
    { files: { 'apps/shop/tsconfig.json': tsconfig({ baseUrl: '../..' }), 'libs/thing/src/index.ts': thing('base') } },
    'base',
  ],
  [
    'aliases that count from baseUrl, the second where the first has nothing',
    "import { thing } from '~/thing';\nconsole.log(thing);\n",
    {
      files: {
        'apps/shop/tsconfig.json': tsconfig({ baseUrl: './src', paths: { '~/*': ['generated/*', 'own/*'] } }),
        'apps/shop/src/own/thing.ts': thing('alias'),
      },
    },
    'alias',
  ],
  [
    'imports without an ending, of a folder, and of the JavaScript that will be',
    "import { thing as a } from './a';\nimport { thing as b } from './b';\nimport { thing as c } from './c.js';\n" +
      "import { thing as d } from './d.mjs';\nconsole.log(a, b, c, d);\n",
    {
      files: {
        'apps/shop/src/a.ts': thing('a'),
        'apps/shop/src/b/index.ts': thing('b'),
        'apps/shop/src/c.ts': thing('c'),
        'apps/shop/src/d.mts': thing('d'),
      },
    },
    'a b c d',
  ],
  [
    'export = and import = require',
    "import old = require('./old.cts');\nimport other from './old.cts';\nconsole.log(old.word, other.word);\n",
    { files: { 'apps/shop/src/old.cts': "const old = { word: 'old' };\nexport = old;\n" } },
    'old old',
  ],
  [
    'const enums, namespaces, parameter properties and overloads',
    "import { Size, Shape } from './size';\n" +
      'class Box { constructor(private readonly size: Size) {} get(): Size; get(unit: string): Size; get(): Size { return this.size; } }\n' +
      'console.log(new Box(Size.Big).get(), Shape.name);\n',
    {
      files: {
        'apps/shop/src/size.ts':
          "export const enum Size { Small, Big = 7 }\nexport namespace Shape { export const name = 'round'; }\n",
      },
    },
    '7 round',
  ],
  [
    'JSON without an attribute, and the package’s own imports',
    "import data from './data.json';\nimport { thing } from '#word';\nconsole.log(data.word, thing);\n",
    { files: { 'apps/shop/src/data.json': '{"word":"json"}', 'apps/shop/src/word.ts': thing('imports') } },
    'json imports',
  ],
  [
    'standard decorators',
    'function loud(_: unknown, { name }: ClassMethodDecoratorContext): void { console.log(String(name)); }\n' +
      'class A { @loud method(): void {} }\nvoid A;\n',
    { files: { 'apps/shop/tsconfig.json': tsconfig({ target: 'ES2022' }) } },
    'method',
  ],
  [
    'using, which disposes',
    "{ using it = { [Symbol.dispose]: () => console.log('disposed') };\nvoid it; }\n",
    { files: { 'apps/shop/tsconfig.json': tsconfig({ target: 'ES2022' }) } },
    'disposed',
  ],
  [
    'a condition of the workspace’s own',
    "import { thing } from '@fix/thing';\nconsole.log(thing);\n",
    linked(
      { '.': { '@fix/source': './src/index.ts', default: './dist/index.js' } },
      { 'tsconfig.base.json': tsconfig({ customConditions: ['@fix/source'] }) },
    ),
    'source',
  ],
  [
    'types before the rest, a pattern, and a part that is closed',
    "import { thing } from '@fix/thing/part/one';\nconsole.log(thing);\n",
    linked(
      { './part/*': { types: './src/*.d.ts', import: './src/*.ts' }, './part/closed': null },
      { 'libs/thing/src/one.ts': thing('part'), 'libs/thing/src/one.d.ts': 'export declare const thing: string;\n' },
    ),
    'part',
  ],
  [
    'a folder of sources that is a link into the workspace',
    "import { thing } from './shared/index.ts';\nimport { readFileSync } from 'node:fs';\n" +
      "console.log(thing, readFileSync(new URL('./text.txt', import.meta.url), 'utf8').trim());\n",
    {
      files: { 'libs/thing/src/index.ts': thing('linked'), 'libs/thing/text.txt': 'text\n' },
      links: {
        'apps/shop/src/shared': '../../../libs/thing/src',
        'apps/shop/src/text.txt': '../../../libs/thing/text.txt',
      },
    },
    'linked text',
  ],
];
for (const [what, main, given, output] of FORMS)
  test(`an image runs what TypeScript takes: ${what}`, async () =>
    assert.equal(await printed(main, given), `${output}\n`));

const BESIDE =
  "import { readFileSync } from 'node:fs';\nimport { thing } from './part';\n" +
  "console.log(thing, readFileSync(new URL('./text%20ü%20%231%2050%25.txt', import.meta.url), 'utf8').trim());\n";
test('a query and a fragment are no part of a file’s name; a malformed URL fails where it is used, as in a process', async () => {
  const main =
    "import { readFileSync } from 'node:fs';\n" +
    "console.log(readFileSync(new URL('./text.txt?v=1#top', import.meta.url), 'utf8').trim());\n" +
    "try { readFileSync(new URL('./100%.txt', import.meta.url)); } catch (error) { console.log((error as Error).message); }\n";
  const given = { files: { 'apps/shop/src/text.txt': 'text\n', 'apps/shop/src/100%.txt': 'no\n' } };
  assert.equal(await printed(main, given), 'text\nURI malformed\n');
});

for (const [what, name, folder] of [
  ['spaces', 'slipway My Work -', 'apps/my services/shop'],
  ['# and ?', 'slipway #1? -', 'apps/#1?/shop'],
  ['%', 'slipway 100%41 -', 'apps/50%20/shop'],
  ['umlauts, composed and not', 'slipway-gr\u00f6\u00dfe-o\u0308-', 'apps/\u00fcber-u\u0308/shop'],
  ['brackets and braces', 'slipway [a]{b,c}(d)-', 'apps/(group) [x]{y,z}/shop'],
  ['quotes, $ and &', "slipway 'a' $b & c-", 'apps/it\'s $HOME & "x"/shop'],
  ['names of the longest', 'slipway-', `apps/${'a'.repeat(250)}/${'b'.repeat(250)}/shop`],
] as const) {
  test(`the workspace and the service may lie in folders with ${what}`, async () => {
    const files = { [`${folder}/src/part.ts`]: thing('part'), [`${folder}/src/text ü #1 50%.txt`]: 'beside\n' };
    assert.equal(await printed(BESIDE, { files, name, root: folder }), 'part beside\n');
  });
}

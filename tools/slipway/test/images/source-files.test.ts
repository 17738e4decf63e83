import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { type Files, makeWorkspace, repository, shopSpec } from './fixture-service.ts';
import { unpackService } from '../support/unpack-service.ts';

const removals: (() => void)[] = [];
after(() => removals.forEach((remove) => remove()));

const MAIN = 'apps/shop/src/main.ts';

/** `tools`: packages that are there for the build alone. */
function workspaceOf(main: string, files: Files = {}, tools: string[] = []) {
  const workspace = makeWorkspace({ 'apps/shop/package.json': '{"type":"module"}', [MAIN]: main, ...files });
  removals.push(workspace.remove);
  if (tools.length > 0) mkdirSync(join(workspace.root, 'node_modules'), { recursive: true });
  for (const tool of tools.map((name) => join('node_modules', name)))
    symlinkSync(join(repository, tool), join(workspace.root, tool));
  let count = 0;
  /** What the image's program prints. */
  const run = async (...flags: string[]) => {
    const image = join(workspace.root, 'dist', `image-${++count}`);
    await unpackService(workspace.root, shopSpec, image);
    const cwd = join(image, 'apps/shop');
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, 'main.js'], { cwd, encoding: 'utf8' });
    return stdout + stderr;
  };
  return { ...workspace, run };
}

async function problemsOf(...given: Parameters<typeof workspaceOf>) {
  const { run } = workspaceOf(...given);
  const error: unknown = await run().then(
    (output) => assert.fail(`it was built, and prints ${output}`),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ValidationError, String(error));
  return error.problems;
}

test('a scanner that refuses .ts unless it is told otherwise, as @fastify/autoload, finds its plugins', async () => {
  const autoload = `import { readdirSync } from 'node:fs';
export async function load(dir) {
  const names = [];
  for (const file of readdirSync(dir)) {
    if (file.endsWith('.ts') && process.env.FASTIFY_AUTOLOAD_TYPESCRIPT === undefined) throw new Error('cannot import ' + file);
    names.push((await import(dir + '/' + file)).default);
  }
  return names;
}
`;
  const { run } = workspaceOf(
    "import * as path from 'node:path';\nimport { load } from '@fastify/autoload';\n" +
      "void load(path.join(__dirname, 'plugins')).then((names: string[]) => console.log(names.join()));\n",
    {
      'apps/shop/src/plugins/one.ts': "const name: string = 'one';\nexport default name;\n",
      'apps/shop/src/plugins/two.ts': "const name: string = 'two';\nexport default name;\n",
      'node_modules/@fastify/autoload/package.json':
        '{ "version": "1.0.0", "type": "module", "exports": "./index.js" }',
      'node_modules/@fastify/autoload/index.js': autoload,
    },
  );
  assert.equal(await run('--no-warnings'), 'one,two\n');
});

test('a new file behind a dynamic import, and one that is found before another, make another image', async () => {
  const { write, run } = workspaceOf(
    "for (const name of ['a', 'b']) {\n" +
      "  try { console.log((await import(`./plugins/${name}.ts`)).name); } catch { console.log('none'); }\n}\n" +
      "import { word } from './word';\nconsole.log(word);\n",
    {
      'apps/shop/src/plugins/a.ts': "export const name = 'a';\n",
      'apps/shop/src/word.js': "export const word = 'js';\n",
    },
  );
  assert.equal(await run(), 'a\nnone\njs\n');
  write('apps/shop/src/plugins/b.ts', "export const name = 'b';\n");
  assert.equal(await run(), 'a\nb\njs\n');
  write('apps/shop/src/word.ts', "export const word = 'ts';\n");
  assert.equal(await run(), 'a\nb\nts\n');
});

test('a package that appears where an optional import found none makes another image', async () => {
  const { write, run } = workspaceOf(
    "try { console.log((await import('perhaps')).default); } catch { console.log('absent'); }\n",
  );
  assert.equal(await run(), 'absent\n');
  write('node_modules/perhaps/package.json', '{"name":"perhaps","version":"1.0.0","main":"index.js"}');
  write('node_modules/perhaps/index.js', "module.exports = 'present';\n");
  assert.equal(await run(), 'present\n');
});

test('enums, paths, decorators and class fields are as the nearest tsconfig says, also Nx’s tsconfig.app.json', async () => {
  const { run } = workspaceOf(
    "import { Kind } from '@lib/kind';\n" +
      'const seen: string[] = [];\n' +
      'function note(_: object, key: string): void { seen.push(key); }\n' +
      'class Base { constructor() { this.init(); } init(): void {} }\n' +
      'class Thing extends Base { @note field: string; override init(): void { this.field = "kept"; } }\n' +
      'console.log(Kind.Good, seen.join(), new Thing().field);\n',
    {
      'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./libs/kinds/src/*"] } } }',
      'apps/shop/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
      'apps/shop/tsconfig.app.json':
        '{ "extends": "./tsconfig.json", "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }',
      'libs/kinds/src/kind.ts': "export enum Kind { Good = 'good' }\n",
    },
  );
  assert.equal(await run(), 'good field kept\n');
});

const INJECTED: [string, Files] = [
  "import { Clock } from './clock.ts';\nimport type { Kind } from './kind.ts';\n" +
    'const types: unknown[] = [];\n' +
    // As reflect-metadata defines it.
    'Object.assign(Reflect, { metadata: (key: string, value: unknown) => () => void types.push(key, value) });\n' +
    'function injectable(_: object): void {}\n' +
    '@injectable\nclass Watch { constructor(readonly clock: Clock, readonly kind: Kind, readonly count = 5) {} }\n' +
    "console.log(types[0], (types[1] as { name: string }[]).map(({ name }) => name).join(), new Watch(new Clock(), 'a').count);\n" +
    "throw new Error('planted');\n",
  {
    'apps/shop/src/clock.ts': 'export class Clock {}\n',
    'apps/shop/src/kind.ts': "export type Kind = 'a' | 'b';\n",
    'apps/shop/tsconfig.json':
      '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
  },
];

test('decorators are told the types of what they decorate, as emitDecoratorMetadata says; errors keep their lines', async () => {
  const { run } = workspaceOf(...INJECTED, ['typescript']);
  const output = await run('--enable-source-maps');
  // Of what is no class Node knows the name Object, as with tsc file by file.
  assert.match(output, /^design:paramtypes Clock,Object,Object 5\n/);
  assert.match(output, /apps\/shop\/src\/main\.ts:9:7/);
});

test('with a syntax error beside decorators its line is named', async () => {
  const [main, files] = INJECTED;
  const [problem] = await problemsOf(`${main}const = 5;\n`, files, ['typescript']);
  assert.deepEqual([problem?.file, problem?.line], [MAIN, 10]);
});

test('without TypeScript decorator metadata are refused, with the file, the key and what to install', async () => {
  const [problem] = await problemsOf(...INJECTED);
  assert.deepEqual(
    [problem?.file, problem?.line, problem?.key],
    ['apps/shop/tsconfig.json', undefined, 'compilerOptions.emitDecoratorMetadata'],
  );
  assert.match(problem!.hint, /npm install -D typescript/);
});

const OUTSIDE = mkdtempSync(join(tmpdir(), 'slipway-outside-'));
removals.push(() => rmSync(OUTSIDE, { recursive: true }));
mkdirSync(join(OUTSIDE, 'stranger'));
writeFileSync(join(OUTSIDE, 'stranger/package.json'), '{"name":"stranger","main":"index.js"}');
writeFileSync(join(OUTSIDE, 'stranger/index.js'), 'exports.a = 1;\n');
writeFileSync(join(OUTSIDE, 'data.txt'), 'data');

test('a package in a linked node_modules of another checkout is refused by name', async () => {
  const workspace = workspaceOf("import { a } from 'stranger';\nconsole.log(a);\n");
  symlinkSync(OUTSIDE, join(workspace.root, 'node_modules'));
  await assert.rejects(workspace.run(), (error: ValidationError) => {
    const [problem] = error.problems;
    assert.deepEqual([problem?.file, problem?.line], [MAIN, 1]);
    assert.match(problem!.message, /"stranger" is outside of the workspace: .*stranger\/index\.js/);
    return true;
  });
});

test('a source and a file outside of the workspace are refused by name', async () => {
  const [source] = await problemsOf(`import { a } from '${OUTSIDE}/stranger/index.js';\nconsole.log(a);\n`);
  assert.match(source!.message, /stranger\/index\.js is outside of the workspace/);
  assert.equal(source!.file, MAIN);
  const [file] = await problemsOf("console.log(1);\nnew URL('../../../../data.txt', import.meta.url);\n");
  assert.deepEqual([file?.file, file?.line], [MAIN, 2]);
  assert.match(file!.message, /data\.txt, which is outside of the workspace/);
});

test('code that is loaded from a place nobody can read off is refused with its line and a hint', async () => {
  for (const [line, what] of [
    ['await import(process.argv[2]!);', /import\(\) loads code/],
    ["import { Worker } from 'node:worker_threads'; new Worker(process.argv[2]!);", /new Worker loads code/],
    ["import { fork } from 'node:child_process'; fork(process.argv[2]!);", /fork loads code/],
  ] as const) {
    const [problem] = await problemsOf(`console.log('first');\n${line}\n`);
    assert.match(problem!.message, what);
    assert.deepEqual([problem!.file, problem!.line], [MAIN, 2]);
    assert.match(problem!.hint, /new URL\(`\.\/folder\/file\.ts`/);
  }
  const [wide] = await problemsOf('console.log(new URL(`../${process.argv[2]}`, import.meta.url).href);\n');
  assert.match(wide!.message, /reads files of apps\/shop whose names are known only when it runs/);
});

test('the hint works: programs and data that are named by URL run', async () => {
  const { run } = workspaceOf(
    "import { fork } from 'node:child_process';\nimport { once } from 'node:events';\n" +
      "import { readFileSync } from 'node:fs';\nimport { fileURLToPath } from 'node:url';\n" +
      "const [said] = await once(fork(fileURLToPath(new URL('./jobs/job.ts', import.meta.url))), 'message');\n" +
      'const name = String(said);\n' +
      'const page = readFileSync(new URL(`../templates/${name}.html`, import.meta.url), "utf8");\n' +
      "const loaded = await import(new URL('./jobs/other.ts', import.meta.url).href);\n" +
      'console.log(page, loaded.default, import.meta.dirname.split("/").slice(-3).join("/"));\n',
    {
      'apps/shop/templates/child.html': '<p>',
      'apps/shop/src/jobs/job.ts': "import { word } from '../word.ts';\nprocess.send?.(word);\n",
      'apps/shop/src/jobs/other.ts': "export default 'other' as string;\n",
      'apps/shop/src/word.ts': "export const word: string = 'child';\n",
    },
  );
  assert.equal(await run(), '<p> other apps/shop/src\n');
});

test('secrets are in no image: hidden files stay out, also when code names them', async () => {
  const { root, run } = workspaceOf(
    "import { existsSync } from 'node:fs';\n" +
      "console.log(['../.env', './.env', '../assets/.secret'].map((path) => existsSync(new URL(path, import.meta.url))));\n" +
      "new URL('../.env', import.meta.url);\n",
    { 'apps/shop/.env': 'A=1', 'apps/shop/src/.env': 'A=1', 'apps/shop/assets/.secret': 'A=1' },
  );
  assert.ok(root);
  assert.equal(await run(), '[ false, false, false ]\n');
});

test('what does not compile is named with file and line, also in a source that asks where it lies', async () => {
  for (const first of ['console.log(import.meta.url);', 'console.log(1);']) {
    const [problem] = await problemsOf(`${first}\nconst = 5;\n`);
    assert.deepEqual([problem?.file, problem?.line], [MAIN, 2]);
    assert.match(problem?.message ?? '', /Expected identifier but found "=": const = 5;/);
  }
});

test('a package that is not installed is named with the command that installs it', async () => {
  const [problem] = await problemsOf("import 'absent-package';\n");
  assert.equal(problem?.hint, 'npm install absent-package -w apps/shop');
});

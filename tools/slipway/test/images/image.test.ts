import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { shopSpec, writeBaseImage } from './fixture-service.ts';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { image } from '../../src/images/build/build-image.ts';

const folders: string[] = [];
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'slipway-image-'));
  folders.push(path);
  return path;
};
after(() => folders.forEach((path) => rmSync(path, { recursive: true })));

before(async () => {
  const cache = folder();
  process.env.SLIPWAY_CACHE = cache;
  await writeBaseImage(cache);
});

const serviceSpec = { ...shopSpec, hasDatabase: true };
const SOURCES = {
  'apps/shop/src/main.ts': "import { hello } from './hello.ts';\nconsole.log(hello('main'));\n",
  'apps/shop/src/migrate.ts': "import { hello } from './hello.ts';\nconsole.log(hello('migrate'));\n",
  'apps/shop/src/hello.ts':
    "import { polite } from 'polite';\nexport const hello = (who: string) => polite(`hello ${who}`);\n",
  'apps/shop/migrations/0001_first.sql': 'select 1;\n',
  'node_modules/polite/package.json': '{"name":"polite","version":"1.0.0","main":"index.js"}',
  'node_modules/polite/index.js': "exports.polite = (text) => text + ', please';\nexports.unused = () => 'unused';\n",
};
function build(sources: Record<string, string> = {}) {
  const root = folder();
  for (const [path, text] of Object.entries({ ...SOURCES, ...sources })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return image(
    { workspaceRoot: root, stack: 'demo', workspace: 'demo', cluster: 'demo', defaultCluster: 'demo' },
    serviceSpec,
  );
}
const layerOf = (built: Awaited<ReturnType<typeof build>>) => {
  const blob = built.blobs.find(({ size }) => size === built.ownLayerSize)!;
  assert.ok('bytes' in blob);
  return blob.bytes;
};

test('the same sources give the same digest in any folder', async () => {
  const [one, two] = [await build(), await build()];
  assert.equal(one.manifest.digest, two.manifest.digest);
  assert.equal(one.tag, two.tag);
  assert.equal(Buffer.from(layerOf(one)).includes(folders.at(-1)!), false, 'no absolute path in the layer');
});

const HELLO = 'apps/shop/src/hello.ts';
const withHi = () => SOURCES[HELLO].replace('hello $', 'hi $');

test('a changed byte changes the layer of our own and nothing of the base or the packages', async () => {
  const [one, two] = [await build(), await build({ [HELLO]: withHi() })];
  assert.notEqual(one.tag, two.tag);
  const shared = one.blobs.filter(({ digest }) => two.blobs.some((blob) => blob.digest === digest));
  assert.deepEqual(
    shared.map((blob) => ('file' in blob ? 'base' : Buffer.from(blob.bytes).includes(', please'))),
    ['base', true],
  );
  const changed = one.blobs.filter((blob) => !shared.includes(blob));
  assert.equal(changed.length, 3, 'our layer, the config, the manifest');
});

test('another version of a package changes the packages’ layer and nothing of ours', async () => {
  const path = 'node_modules/polite/index.js';
  const [one, two] = [await build(), await build({ [path]: SOURCES[path].replace('please', 'if you please') })];
  assert.notEqual(one.tag, two.tag);
  assert.deepEqual(layerOf(one), layerOf(two));
});

test('a changed migration is a changed image', async () => {
  assert.notEqual((await build()).tag, (await build({ 'apps/shop/migrations/0001_first.sql': 'select 2;\n' })).tag);
});

/** A folder with what lies above the base. */
function unpack(built: Awaited<ReturnType<typeof build>>): string {
  const out = folder();
  for (const blob of built.blobs.filter(({ size }) => size % 512 === 0)) {
    if ('bytes' in blob) execFileSync('tar', ['-x', '-C', out], { input: blob.bytes });
  }
  return out;
}

test('the layers hold the bundle, its maps, the packages and the migrations, and the bundle runs', async () => {
  const out = unpack(await build());
  const files = execFileSync('find', ['app', '-type', 'f'], { cwd: out, encoding: 'utf8' }).trim().split('\n').sort();
  const packageFile = files
    .find((file) => file.startsWith('app/apps/shop/packages/'))
    ?.split('/')
    .at(-1);
  assert.match(packageFile ?? '', /^polite-[0-9a-f]{8}\.js$/);
  const shared = files.filter((file) => /^app\/apps\/shop\/chunk-[A-Z0-9]{8}\.js/.test(file));
  assert.equal(shared.length, 2, 'what both entries import is there once, with its map');
  assert.deepEqual(
    files.filter((file) => !shared.includes(file)),
    [
      'app/apps/shop/main.js',
      'app/apps/shop/main.js.map',
      'app/apps/shop/migrate.js',
      'app/apps/shop/migrate.js.map',
      'app/apps/shop/migrations/0001_first.sql',
      'app/apps/shop/package.json',
      `app/apps/shop/packages/${packageFile}`,
      'app/licenses/node_modules/polite/LICENSE',
    ],
  );
  assert.equal(
    execFileSync(process.execPath, [join(out, 'app/apps/shop/migrate.js')], { encoding: 'utf8' }),
    'hello migrate, please\n',
  );
});

test('an error in our own code shows our own line', async () => {
  const hello = 'export const hello = (who: string) => {\n  throw new Error(`no ${who}`);\n};\n';
  const out = unpack(await build({ [HELLO]: hello }));
  const run = spawnSync(process.execPath, ['--enable-source-maps', 'main.js'], {
    cwd: join(out, 'app/apps/shop'),
    encoding: 'utf8',
  });
  assert.match(run.stderr, /no main/);
  assert.match(run.stderr, /apps\/shop\/src\/hello\.ts:2:9/);
});

test('an unchanged service is not built again, a changed one is', async () => {
  const first = await build();
  const root = folders.at(-1)!;
  const again = () =>
    image(
      { workspaceRoot: root, stack: 'demo', workspace: 'demo', cluster: 'demo', defaultCluster: 'demo' },
      serviceSpec,
    );
  const layerTime = () => statSync(join(root, 'dist/layers/shop.tar')).mtimeMs;
  const hello = join(root, HELLO);
  utimesSync(hello, 1, 1);
  for (const path of ['main.ts', 'migrate.ts']) utimesSync(join(root, 'apps/shop/src', path), 1, 1);
  await again();
  const built = layerTime();
  assert.equal((await again()).tag, first.tag);
  assert.equal(layerTime(), built);
  writeFileSync(hello, withHi());
  assert.notEqual((await again()).tag, first.tag);
});

test('what does not compile is a problem with file and line', async () => {
  await assert.rejects(build({ [HELLO]: 'export const hello = (;\n' }), (error: unknown) => {
    assert.ok(error instanceof ValidationError);
    assert.deepEqual([error.problems[0]!.file, error.problems[0]!.line], ['apps/shop/src/hello.ts', 1]);
    return true;
  });
});

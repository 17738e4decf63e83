import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { layeredImage } from '../../src/images/build/layered-image.ts';
import { targetLayers } from '../../src/images/layers/target-layers.ts';
import { makeWorkspace, repository, shopSpec, useOwnCache } from './fixture-service.ts';

useOwnCache();
const limit = { timeout: 120_000 };
/** Copies its sources to dist, which is what any compiler does in the end; what has not changed keeps its time. */
const compile = `require('node:fs').cpSync(__dirname + '/src', __dirname + '/dist', { recursive: true, preserveTimestamps: true });`;
const main = `const { Client } = require('pg');
const { greet } = require('@fixture/greet');
const { readFileSync } = require('node:fs');
console.log(greet(typeof Client), readFileSync(__dirname + '/data/word.txt', 'utf8'), __filename.endsWith('/dist/main.js'));
`;
const target = (command: string) => ({ executor: 'nx:run-commands', options: { command, cwd: 'apps/shop' } });

let workspace: ReturnType<typeof makeWorkspace>;
before(() => {
  workspace = makeWorkspace(
    {
      'nx.json': '{"analytics":false}',
      'package.json': '{"name":"acme","private":true}',
      'apps/shop/project.json': JSON.stringify({
        name: 'shop',
        targets: {
          build: target('node compile.cjs'),
          bad: target('node -e "console.log(\'TS2322 no\');process.exit(3)"'),
        },
      }),
      'apps/shop/package.json': '{"name":"@fixture/shop","type":"commonjs"}',
      'apps/shop/compile.cjs': compile,
      'apps/shop/src/main.js': main,
      'apps/shop/src/data/word.txt': 'word',
      'libs/greet/package.json': '{"name":"@fixture/greet","main":"dist/index.js"}',
      'libs/greet/dist/index.js': 'exports.greet = (what) => `a ${what}:`;',
    },
    { npm: ['pg'] },
  );
  symlinkSync(join(repository, 'node_modules/nx'), join(workspace.root, 'node_modules/nx'));
  mkdirSync(join(workspace.root, 'node_modules/@fixture'));
  symlinkSync('../../libs/greet', join(workspace.root, 'node_modules/@fixture/greet'));
});
after(() => workspace.remove());
const layers = (build = { target: 'build', entry: 'dist/main.js' }) =>
  targetLayers(workspace.root, { ...shopSpec, build }, build);

test(
  'the output runs as it is, with its packages and those of the workspace, and nothing else around',
  limit,
  async (t) => {
    const { own, packages, npm } = await layers();
    assert.ok(npm.includes('node_modules/pg') && !npm.some((folder) => folder.includes('fixture')), npm.join(' '));
    const folder = mkdtempSync(join(tmpdir(), 'slipway-unpacked-'));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const { tar } of [packages, own]) execFileSync('tar', ['-x', '-C', folder], { input: tar });
    const said = execFileSync(process.execPath, ['dist/main.js'], {
      cwd: join(folder, 'app/apps/shop'),
      encoding: 'utf8',
    });
    assert.equal(said, 'a function: word true\n');
  },
);

test('the image runs the entry; what has not changed is the same image', limit, async () => {
  const build = { target: 'build', entry: 'dist/main.js' };
  const [first, second] = [await layers(), await layers()];
  const [a, b] = await Promise.all([first, second].map((it) => layeredImage('acme', { ...shopSpec, build }, it)));
  assert.equal(a?.manifest.digest, b?.manifest.digest);
  const config = a?.blobs.map((blob) => ('bytes' in blob ? Buffer.from(blob.bytes).toString('latin1') : '')).join('');
  assert.match(config ?? '', /"Cmd":\["node","--enable-source-maps","dist\/main\.js"\]/);
  assert.match(config ?? '', /"WorkingDir":"\/app\/apps\/shop"/);
});

test('what the image takes beside the output makes it anew: edits, new files, and files that go', limit, async (t) => {
  const list = async () => {
    const { own } = await layers();
    return execFileSync('tar', ['-x', '-O', '--wildcards', '*/greet/*.json', '*/shop/package.json'], {
      input: own.tar,
      encoding: 'utf8',
    });
  };
  const put = (path: string, text: string) => {
    t.after(() => rmSync(join(workspace.root, path), { force: true }));
    workspace.write(path, text);
  };
  const manifest = 'apps/shop/package.json';
  const original = readFileSync(join(workspace.root, manifest), 'utf8');
  t.after(() => workspace.write(manifest, original));
  const words = 'libs/greet/dist/data/words.json';
  put(words, '"first"');
  assert.match(await list(), /"first"/);
  put(words, '"second"');
  assert.match(await list(), /"second"/);
  put('libs/greet/dist/data/more.json', '"third"');
  assert.match(await list(), /"third"/);
  rmSync(join(workspace.root, words));
  assert.doesNotMatch(await list(), /"second"/);
  workspace.write(manifest, original.replace('}', ',"fourth":4}'));
  assert.match(await list(), /"fourth"/);
});

test('a target that fails is a problem with the end of its output', limit, async () => {
  await assert.rejects(layers({ target: 'bad', entry: 'dist/main.js' }), /apps\/shop\/slipway\.yaml[\s\S]*TS2322 no/);
});

test('a target that Nx does not know is a problem', limit, async () => {
  await assert.rejects(layers({ target: 'compile', entry: 'dist/main.js' }), /no target "compile"/);
});

test('an entry that is not there is told with those that are', limit, async () => {
  await assert.rejects(
    layers({ target: 'build', entry: 'dist/server.js' }),
    /dist\/server\.js is not there[\s\S]*apps\/shop\/dist\/main\.js/,
  );
});

test('a package of the workspace that was not built is named', limit, async (t) => {
  workspace.write('apps/shop/src/main.js', "require('@fixture/raw');");
  workspace.write('libs/raw/package.json', '{"name":"@fixture/raw","main":"dist/index.js"}');
  symlinkSync('../../libs/raw', join(workspace.root, 'node_modules/@fixture/raw'));
  t.after(() => workspace.write('apps/shop/src/main.js', main));
  await assert.rejects(layers(), /@fixture\/raw is loaded[\s\S]*\^build/);
});

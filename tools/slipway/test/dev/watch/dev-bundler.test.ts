import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { openDevBundler } from '../../../src/dev/watch/dev-bundler.ts';
import { makeWorkspace, shopSpec } from '../../images/fixture-service.ts';
import { unpackService } from '../../support/unpack-service.ts';

const polite = (name: string) => ({
  [`node_modules/${name}/package.json`]: `{"name":"${name}","version":"1.0.0","main":"index.js"}`,
  [`node_modules/${name}/index.js`]: `exports.polite = (text) => text + ', ${name}';\n`,
});
const { root, write, remove } = makeWorkspace({
  'package-lock.json': '{}',
  'apps/shop/package.json': '{"type":"module"}',
  'apps/shop/src/main.ts': "import { hello } from './hello.ts';\nconsole.log(hello());\n",
  'apps/shop/src/hello.ts':
    "import { readFileSync } from 'node:fs';\nimport { polite } from 'please';\n" +
    "export const hello = () => polite(readFileSync(new URL('./word.txt', import.meta.url), 'utf8'));\n",
  'apps/shop/src/word.txt': 'one',
  ...polite('please'),
  ...polite('kindly'),
});
after(remove);

test('an edit changes the entry alone; what is built runs on the image; an error names its line', async () => {
  const bundler = await openDevBundler(root, shopSpec);
  const image = join(root, 'image');
  await unpackService(root, shopSpec, image);
  const run = (build: Awaited<ReturnType<typeof bundler.build>>) => {
    for (const [name, content] of build.files) {
      mkdirSync(dirname(join(image, name)), { recursive: true });
      writeFileSync(join(image, name), content);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [build.entry], { cwd: image, encoding: 'utf8' });
    return stdout + stderr;
  };
  try {
    const first = await bundler.build();
    assert.deepEqual([...first.inputs].filter((path) => path.startsWith('apps/')).length, 4);
    assert.ok(first.inputs.has('apps/shop/src/hello.ts'));
    assert.equal((await bundler.build()).version, first.version, 'the same sources are the same build');
    assert.equal(run(first), 'one, please\n');

    write('apps/shop/src/main.ts', "import { hello } from './hello.ts';\nconsole.log(hello(), 'again');\n");
    const second = await bundler.build();
    assert.notEqual(second.entry, first.entry);
    const fresh = [...second.files.keys()].filter((name) => !first.files.has(name));
    assert.deepEqual(fresh.sort(), [second.entry, `${second.entry}.map`].sort());
    assert.equal(run(second), 'one, please again\n');

    write('apps/shop/src/word.txt', 'two');
    const third = await bundler.build();
    assert.equal(third.entry, second.entry);
    assert.notEqual(third.version, second.version, 'data beside the code are part of it');
    assert.equal(run(third), 'two, please again\n');
    assert.equal(third.packages, first.packages);

    write('apps/shop/src/hello.ts', "export { polite as hello } from 'kindly';\n");
    assert.notEqual((await bundler.build()).packages, first.packages, 'another package takes another image');

    write('apps/shop/src/main.ts', 'let a = 1;\nlet b = ;\n');
    await assert.rejects(bundler.build(), /apps\/shop\/src\/main\.ts:2: Unexpected ";"/);
  } finally {
    await bundler.close();
  }
});

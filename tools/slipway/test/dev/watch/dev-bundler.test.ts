import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { readServiceSpec } from '../../../src/services/read-service.ts';
import { openDevBundler } from '../../../src/dev/watch/dev-bundler.ts';

const workspaceRoot = join(import.meta.dirname, '../../../../..');
/** A workspace of its own, to edit. */
const copy = mkdtempSync(join(tmpdir(), 'slipway-bundler-'));
after(() => rmSync(copy, { recursive: true, force: true }));

test('an edit changes the entry alone; what is built runs; a syntax error names its line', async () => {
  symlinkSync(join(workspaceRoot, 'node_modules'), join(copy, 'node_modules'));
  for (const path of ['apps/order', 'package-lock.json']) {
    cpSync(join(workspaceRoot, path), join(copy, path), { recursive: true });
  }
  const bundler = await openDevBundler(copy, await readServiceSpec(copy, 'apps/order'));
  try {
    const first = await bundler.build();
    assert.ok(first.inputs.has('apps/order/src/app.ts'));
    assert.ok([...first.inputs].some((path) => path.endsWith('libs/database/src/database.ts')));
    assert.equal((await bundler.build()).entry, first.entry, 'the same sources are the same entry');

    const main = join(copy, 'apps/order/src/main.ts');
    writeFileSync(main, `console.log('planted');\nprocess.exit(0);\n${readFileSync(main, 'utf8')}`);
    const second = await bundler.build();
    assert.notEqual(second.entry, first.entry);
    const fresh = [...second.files.keys()].filter((name) => !first.files.has(name));
    assert.deepEqual(fresh.sort(), [second.entry, `${second.entry}.map`].sort());

    // Its imports of packages are linked before a line of it runs.
    const out = join(copy, 'out');
    for (const [name, text] of second.files) {
      mkdirSync(dirname(join(out, name)), { recursive: true });
      writeFileSync(join(out, name), text);
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [second.entry], { cwd: out, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /planted/);

    writeFileSync(main, 'let a = 1;\nlet b = ;\n');
    await assert.rejects(bundler.build(), /apps\/order\/src\/main\.ts:2: Unexpected ";"/);
  } finally {
    await bundler.close();
  }
});

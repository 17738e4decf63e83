import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { watchFolders } from '../../../src/dev/local/watch-folders.ts';

const base = await mkdtemp(join(tmpdir(), 'slipway-watch-'));
await mkdir(join(base, 'app/src'), { recursive: true });
await writeFile(join(base, 'app/src/main.ts'), '1');

const seen = new Set<string>();
let notify = () => {};
const watcher = watchFolders(base, ['app'], (paths) => {
  for (const path of paths) seen.add(path);
  notify();
});
after(async () => {
  watcher.close();
  await rm(base, { recursive: true, force: true });
});

/** Resolves once `path` was reported; the test runner's own time limit bounds the wait. */
async function reported(path: string): Promise<void> {
  while (!seen.has(path)) await new Promise<void>((resolve) => (notify = resolve));
  seen.clear();
}

test('a save, in place or by a rename, is reported', { timeout: 20_000 }, async () => {
  await writeFile(join(base, 'app/src/main.ts'), '2');
  await reported('app/src/main.ts');
  await writeFile(join(base, 'app/src/scratch~'), '3');
  await rename(join(base, 'app/src/scratch~'), join(base, 'app/src/main.ts'));
  await reported('app/src/main.ts');
});

test('files of a new folder are reported, those written at once and later ones', { timeout: 20_000 }, async () => {
  await mkdir(join(base, 'app/src/new/deep'), { recursive: true });
  await writeFile(join(base, 'app/src/new/deep/a.ts'), '1');
  await reported('app/src/new/deep/a.ts');
  await writeFile(join(base, 'app/src/new/deep/a.ts'), '2');
  await reported('app/src/new/deep/a.ts');
});

test('a folder that is replaced by another is watched on', { timeout: 20_000 }, async () => {
  await mkdir(join(base, 'app/other'));
  await writeFile(join(base, 'app/other/b.ts'), '1');
  await reported('app/other/b.ts');
  await rm(join(base, 'app/other'), { recursive: true });
  await reported('app/other/b.ts');
  await mkdir(join(base, 'app/other'));
  await writeFile(join(base, 'app/other/b.ts'), '2');
  await reported('app/other/b.ts');
  await writeFile(join(base, 'app/other/b.ts'), '3');
  await reported('app/other/b.ts');
});

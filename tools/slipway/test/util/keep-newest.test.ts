import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepNewest } from '../../src/util/files/keep-newest.ts';
import { workspaceWith } from '../support/workspace-with.ts';

test('the newest five stay, with what a living process makes and what is no build', async (t) => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  const builds = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];
  const others = [`a8.tmp-${process.ppid}`, `a9.tmp-${child.pid}`, 'package.json', `b1.tmp-${child.pid}`];
  const root = workspaceWith(t, Object.fromEntries([...builds, ...others].map((name) => [`${name}/file`, ''])));
  builds.forEach((name, index) => utimesSync(join(root, name), 1000 - index, 1000 - index));
  await keepNewest(root, /^a\d$/);
  assert.deepEqual(readdirSync(root).sort(), [...builds.slice(0, 5), others[0], `b1.tmp-${child.pid}`, 'package.json']);
});

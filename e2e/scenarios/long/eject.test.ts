import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { deploy, expectSuccess, kubectl, nx } from '../support/stack.ts';

const MINUTE = 60_000;
const FOLDER = 'deploy/ejected';
/** What the generator makes and this repository lacks. */
const made = () => [FOLDER, ...globSync('apps/*/Dockerfile', { cwd: workspaceRoot })];
const ignore = join(workspaceRoot, '.dockerignore');
const ignored = existsSync(ignore) ? readFileSync(ignore, 'utf8') : undefined;
const before = new Set(made().filter((path) => existsSync(join(workspaceRoot, path))));

after(() => {
  restoreFiles();
  for (const path of made().filter((path) => !before.has(path)))
    rmSync(join(workspaceRoot, path), { recursive: true, force: true });
  if (ignored === undefined) rmSync(ignore, { force: true });
  else writeFileSync(ignore, ignored);
});

/** What kubectl would change in the cluster; it ends with 1 where it would change something. */
function diff(): Promise<string> {
  const args = [
    'diff',
    '--server-side',
    '--force-conflicts',
    '--field-manager=me',
    '-k',
    join(workspaceRoot, FOLDER, 'dev'),
  ];
  return kubectl(args, 2 * MINUTE);
}

test('the cluster that slipway has deployed is what the ejected kustomization says', async () => {
  await deploy();
  expectSuccess(await nx('g', 'slipway:eject'));
  assert.equal(await diff(), '');
  editFile(`${FOLDER}/dev/order/order-config-map.yaml`, (text) => text.replace('LOG_LEVEL: info', 'LOG_LEVEL: debug'));
  await assert.rejects(diff(), /LOG_LEVEL: debug/);
});

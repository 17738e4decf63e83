import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { readingPlan } from '../../src/dev/local/plan.ts';
import { localDataDir } from '../../src/dev/local/local-data-dir.ts';
import { chooseSource } from '../../src/page/data/choose-source.ts';
import { type FixtureWorkspace, makeFixtureWorkspace } from '../dev/local/fixture-workspace.ts';

const limit = { timeout: 60_000 };
let fixture: FixtureWorkspace;
before(async () => {
  fixture = await makeFixtureWorkspace();
}, limit);
after(() => fixture.remove());

const files = async () =>
  (await readdir(fixture.root, { recursive: true })).filter((path) => !path.startsWith('node_modules')).sort();

test('whoever only looks leaves the workspace as it was', limit, async () => {
  const before = await files();
  const { source } = await chooseSource(fixture.root, { kind: false });
  const { findings, services } = await source.look();
  assert.deepEqual([findings.map(({ code }) => code), services.length], [['not-running'], 2]);
  assert.ok((await source.environment('back'))?.some(({ name }) => name === 'ADMIN_PASSWORD'));
  await source.close();
  assert.deepEqual(await files(), before);
  assert.ok(!existsSync(`${fixture.root}/apps/back/.env`));
});

test(
  'a plan that only reads makes a secret up once, and takes what a file says as soon as it is there',
  limit,
  async () => {
    const plan = readingPlan(fixture.root, localDataDir(fixture.root, undefined));
    const passwordNow = async () => (await plan()).find(({ name }) => name === 'back')?.environment.ADMIN_PASSWORD;
    const first = await passwordNow();
    assert.equal(first?.length, 24);
    assert.equal(await passwordNow(), first);
    await fixture.write('apps/back/.env', 'ADMIN_PASSWORD=from-the-file-0815\n');
    assert.equal(await passwordNow(), 'from-the-file-0815');
  },
);

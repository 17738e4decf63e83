import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../src/dev/local/free-ports.ts';
import type { PageKey } from '../../src/page/data/page-service-details.ts';
import { type FixtureWorkspace, makeFixtureWorkspace } from '../dev/local/fixture-workspace.ts';
import { type Run, startRun } from '../dev/local/start-run.ts';

/** Real processes; a safety limit for a busy machine. */
const limit = { timeout: 180_000 };
const running = new Set<Run>();
let fixture: FixtureWorkspace;

before(async () => {
  fixture = await makeFixtureWorkspace();
}, limit);
after(async () => {
  for (const run of running) {
    run.child.kill('SIGINT');
    await run.exit;
  }
  await fixture.remove();
}, limit);

test('the page of npm start follows an edit of an environment', limit, async () => {
  const run = startRun(fixture.root, ['--ui'], running);
  const [link = ''] = /http:\S+/.exec(await run.line(/The page, open to/)) ?? [];
  const cookie = (await fetch(link)).headers.get('set-cookie')!.split(';')[0]!;
  const portNow = async () => {
    const response = await fetch(new URL('/api/environment?service=front', link), { headers: { cookie } });
    const keys = (await response.json()) as PageKey[];
    const { value, origin } = keys.find(({ name }) => name === 'PORT')!;
    return { value, origin };
  };
  await run.line(/All ready/);
  assert.deepEqual(await portNow(), { value: String(fixture.ports.front), origin: 'declared' });
  const [other] = await freePorts(1);
  await fixture.write('apps/front/.env', `PORT=${other}\n`);
  while ((await portNow()).origin === 'declared') await sleep(200);
  assert.deepEqual(await portNow(), { value: undefined, origin: 'apps/front/.env' });
});

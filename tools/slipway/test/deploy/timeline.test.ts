import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { criticalPath } from '../../src/deploy/timeline/critical-path.ts';
import { stageTimes } from '../../src/deploy/timeline/stage-times.ts';
import { openTimeline, type Span } from '../../src/util/timeline.ts';
import type { TimelineRecord } from '../../src/deploy/timeline/timeline-record.ts';
import { TIMELINE, writeTimeline } from '../../src/deploy/timeline/write-timeline.ts';

const span = (who: string, stage: string, start: number, end: number): Span => ({ who, stage, start, end });

test('what runs side by side in a stage counts once', () => {
  const times = stageTimes([
    span('stack', 'assemble', 0, 10),
    span('a', 'rollout', 20, 50),
    span('b', 'rollout', 30, 40),
    span('c', 'rollout', 45, 60),
    span('d', 'rollout', 80, 90),
  ]);
  assert.deepEqual(
    [...times],
    [
      ['assemble', 10],
      ['rollout', 50],
    ],
  );
});

test('the critical path goes from the last end back through those who were waited for', () => {
  const assemble = span('stack', 'assemble', 0, 100);
  const load = span('node', 'load', 101, 200);
  const database = span('order-db', 'rollout', 201, 300);
  const product = span('product', 'rollout', 202, 600);
  const user = span('user', 'rollout', 201, 601);
  const order = span('order', 'rollout', 602, 900);
  const waits = { order: ['product', 'order-db'], product: [], user: [], 'order-db': [] };
  const path = criticalPath([order, user, product, database, load, assemble], waits);
  assert.deepEqual(path, [assemble, load, product, order], 'order does not call user');
});

test('the timeline of a run is written as JSON and as a page that needs nothing beside it', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-timeline-'));
  t.after(() => rm(root, { recursive: true }));
  const timeline = openTimeline();
  await timeline.measure('stack', 'assemble', async () => undefined);
  await assert.rejects(
    timeline.measure('a<b', 'rollout', () => Promise.reject(new Error('planted'))),
    /planted/,
  );
  await writeTimeline(root, timeline, {});
  const record = JSON.parse(await readFile(join(root, TIMELINE, 'timeline.json'), 'utf8')) as TimelineRecord;
  assert.deepEqual(Object.keys(record.stages), ['assemble', 'rollout'], 'what failed is there too');
  assert.deepEqual(
    record.spans.map(({ who, stage, critical }) => ({ who, stage, critical })),
    [
      { who: 'stack', stage: 'assemble', critical: true },
      { who: 'a<b', stage: 'rollout', critical: true },
    ],
  );
  const page = await readFile(join(root, TIMELINE, 'timeline.html'), 'utf8');
  assert.match(page, /a&lt;b/);
  assert.doesNotMatch(page, /<script|https?:|src=|href=/);
});

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../util/files/write-files.ts';
import { criticalPath, type Waits } from './critical-path.ts';
import { stageTimes } from './stage-times.ts';
import type { Timeline } from '../../util/timeline.ts';
import { timelinePage } from './timeline-page.ts';
import type { TimelineRecord } from './timeline-record.ts';

/** Folder of the last run's timeline. */
export const TIMELINE = 'dist/deploy';
/** Folder of the timelines of the last runs, by their beginnings. */
export const TIMELINES = `${TIMELINE}/timelines`;
const MOST_TIMELINES = 20;

/** Writes dist/deploy/timeline.json and timeline.html, which needs nothing beside it; keeps the records of the last 20 runs. */
export async function writeTimeline(
  workspaceRoot: string,
  { spans, now }: Timeline,
  waits: Waits,
): Promise<TimelineRecord> {
  const critical = criticalPath(spans, waits);
  const record: TimelineRecord = {
    totalMs: Math.round(now()),
    stages: Object.fromEntries([...stageTimes(spans)].map(([stage, time]) => [stage, Math.round(time)])),
    spans: spans
      .toSorted((a, b) => a.start - b.start)
      .map((span) => ({
        ...span,
        start: Math.round(span.start),
        end: Math.round(span.end),
        critical: critical.includes(span),
      })),
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await replaceFile(join(workspaceRoot, TIMELINE, 'timeline.json'), text);
  await replaceFile(join(workspaceRoot, TIMELINE, 'timeline.html'), timelinePage(record));
  await keepTimeline(join(workspaceRoot, TIMELINES), new Date(Date.now() - record.totalMs), text);
  return record;
}

async function keepTimeline(folder: string, begun: Date, text: string): Promise<void> {
  // A colon is no part of a file's name everywhere.
  await replaceFile(join(folder, `${begun.toISOString().replaceAll(':', '-')}.json`), text);
  const old = (await readdir(folder)).sort().slice(0, -MOST_TIMELINES);
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
}

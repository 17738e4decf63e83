import { join } from 'node:path';
import { replaceFile } from '../../util/files/write-files.ts';
import { criticalPath, type Waits } from './critical-path.ts';
import { stageTimes } from './stage-times.ts';
import type { Timeline } from '../../util/timeline.ts';
import { timelinePage } from './timeline-page.ts';
import type { TimelineRecord } from './timeline-record.ts';

/** Folder of the last run's timeline. */
export const TIMELINE = 'dist/deploy';

/** Writes dist/deploy/timeline.json and timeline.html, which needs nothing beside it. */
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
  await replaceFile(join(workspaceRoot, TIMELINE, 'timeline.json'), `${JSON.stringify(record, null, 2)}\n`);
  await replaceFile(join(workspaceRoot, TIMELINE, 'timeline.html'), timelinePage(record));
  return record;
}

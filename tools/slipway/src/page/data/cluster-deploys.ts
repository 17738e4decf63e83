import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '@slipway/util/json';
import type { TimelineRecord } from '../../deploy/timeline/timeline-record.ts';
import { TIMELINES } from '../../deploy/timeline/write-timeline.ts';
import type { PageDeploy } from './page-deploys.ts';

/** The timelines that this workspace's deploys have left, the newest first. */
export function readDeploys(workspaceRoot: string): PageDeploy[] {
  const folder = join(workspaceRoot, TIMELINES);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files
    .sort()
    .reverse()
    .flatMap((file) => readDeploy(folder, file));
}

function readDeploy(folder: string, file: string): PageDeploy[] {
  const at = beginning(file);
  if (at === undefined) return [];
  const { totalMs, stages, spans } = readJson<TimelineRecord>(join(folder, file));
  return [
    {
      at,
      totalMs,
      stages: Object.entries(stages).map(([stage, ms]) => ({ stage, ms })),
      criticalPath: spans
        .filter(({ critical }) => critical)
        .map(({ stage, who, start, end }) => ({ stage, who, ms: end - start })),
    },
  ];
}

/** `2026-11-29T06-12-00.000Z.json` */
function beginning(file: string): string | undefined {
  const at = file.replace(/\.json$/, '').replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:');
  return Number.isNaN(Date.parse(at)) ? undefined : at;
}

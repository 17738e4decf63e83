import type { Span } from '../../util/timeline.ts';

/** What `timeline.json` holds; times in ms. `stages`: how long something of each stage ran. */
export type TimelineRecord = {
  totalMs: number;
  stages: Record<string, number>;
  spans: (Span & { critical: boolean })[];
};

import type { Span } from '../../util/timeline.ts';

/** Stage → ms in which something of it ran, in the order in which they began. What ran side by side counts once. */
export function stageTimes(spans: Span[]): Map<string, number> {
  const times = new Map<string, number>();
  const reached = new Map<string, number>();
  for (const { stage, start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(start, reached.get(stage) ?? 0);
    times.set(stage, (times.get(stage) ?? 0) + Math.max(0, end - from));
    reached.set(stage, Math.max(end, reached.get(stage) ?? 0));
  }
  return times;
}

import type { Span } from '../../util/timeline.ts';

/** Who waits for whom, e.g. `order` for `product` and `order-db`. Who is not listed (the stack, a node) goes with all. */
export type Waits = Record<string, string[]>;

/** Work that is begun by the end of other work begins a little later, ms. */
const SLACK_MS = 5;

/**
 * The spans that made the run as long as it was, first to last: the one that ended last, before it the one that it
 * waited for, and so on.
 */
export function criticalPath(spans: Span[], waits: Waits): Span[] {
  const path: Span[] = [];
  let next = latest(spans);
  while (next !== undefined) {
    const { who, start } = next;
    path.unshift(next);
    const before = spans.filter((span) => span.end <= start + SLACK_MS && !path.includes(span));
    next = latest(before.filter((span) => span.who === who || isAwaited(span.who, who, waits)));
  }
  return path;
}

function isAwaited(by: string, who: string, waits: Waits): boolean {
  return waits[by] === undefined || (waits[who]?.includes(by) ?? true);
}

function latest(spans: Span[]): Span | undefined {
  return spans.reduce<Span | undefined>(
    (last, span) => (last === undefined || span.end > last.end ? span : last),
    undefined,
  );
}

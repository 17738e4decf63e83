import type { PageSpan } from './page-types.ts';

export type SpanStore = {
  add(spans: PageSpan[]): void;
  /** The spans of a trace, in the order of their beginnings. */
  trace(traceId: string): PageSpan[];
  /** Called after spans have come. */
  onAdded: () => void;
  /** Spans that were forgotten because others came. */
  readonly dropped: number;
  readonly size: number;
};

/** Of the attributes of all spans together, characters. */
const MOST_TEXT = 128 * 1024 * 1024;

/** Keeps traces with at most `most` spans and `mostText` characters together; the trace that began first goes first. */
export function createSpanStore(most: number, mostText = MOST_TEXT): SpanStore {
  const traces = new Map<string, PageSpan[]>();
  let size = 0;
  let kept = 0;
  let dropped = 0;
  const store: SpanStore = {
    add(spans) {
      for (const span of spans) {
        const own = traces.get(span.traceId);
        if (own === undefined) traces.set(span.traceId, [span]);
        else own.push(span);
        size += 1;
        kept += textOf(span);
      }
      while (size > most || kept > mostText) {
        const [oldest, gone] = traces.entries().next().value!;
        traces.delete(oldest);
        size -= gone.length;
        for (const span of gone) kept -= textOf(span);
        dropped += gone.length;
      }
      store.onAdded();
    },
    trace: (traceId) => (traces.get(traceId) ?? []).toSorted((a, b) => a.start - b.start),
    onAdded: () => undefined,
    get dropped() {
      return dropped;
    },
    get size() {
      return size;
    },
  };
  return store;
}

function textOf({ attributes }: PageSpan): number {
  return Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}

/** One stretch of work: `who` is a service, a database, a node or the stack. Times in ms since the timeline began. */
export type Span = { who: string; stage: string; start: number; end: number };

/** What a run did when. */
export type Timeline = {
  spans: Span[];
  /** Runs `work` and remembers how long it took, whatever becomes of it. */
  measure: <Result>(who: string, stage: string, work: () => Promise<Result>) => Promise<Result>;
  /** ms since it began. */
  now: () => number;
};

export function openTimeline(): Timeline {
  const begin = performance.now();
  const now = () => performance.now() - begin;
  const spans: Span[] = [];
  return {
    spans,
    now,
    measure: async (who, stage, work) => {
      const start = now();
      try {
        return await work();
      } finally {
        spans.push({ who, stage, start, end: now() });
      }
    },
  };
}

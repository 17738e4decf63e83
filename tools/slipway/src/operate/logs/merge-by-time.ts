type Timed = { time: number };
type Source<Item> = { queue: { item: Item; arrivedAt: number }[]; hasEnded: boolean; wantsMore: () => void };

export type Merge<Item> = {
  /** One more stream, sorted by time; may be added while others are being read. */
  add: (stream: AsyncIterable<Item>) => void;
  /** No stream will be added: the merge ends with the last of them. */
  close: () => void;
  items: AsyncGenerator<Item>;
};

/** Items that are read ahead of each stream, at most. */
const READ_AHEAD = 1000;

/**
 * Merges streams that are sorted by time. An item comes out when no stream can have an earlier one, at the latest
 * `patienceMs` after it came in: streams that are followed may be silent for long. Infinity makes the order exact. An
 * error of a stream is the merge's.
 */
export function mergeByTime<Item extends Timed>(patienceMs: number): Merge<Item> {
  const sources = new Set<Source<Item>>();
  let isOpen = true;
  let failure: { error: unknown } | undefined;
  let news = Promise.withResolvers<void>();
  const wake = () => {
    news.resolve();
    news = Promise.withResolvers();
  };

  async function read(stream: AsyncIterable<Item>, source: Source<Item>): Promise<void> {
    for await (const item of stream) {
      source.queue.push({ item, arrivedAt: performance.now() });
      if (source.queue.length === 1) wake();
      if (source.queue.length < READ_AHEAD) continue;
      await new Promise<void>((resolve) => (source.wantsMore = resolve));
    }
  }

  async function* items(): AsyncGenerator<Item> {
    while (true) {
      if (failure !== undefined) throw failure.error;
      if (!isOpen && sources.size === 0) return;
      const { first, isComplete } = earliest(sources);
      const waitMs = first === undefined ? Infinity : isComplete ? 0 : first.arrivedAt + patienceMs - performance.now();
      if (first === undefined || waitMs > 0) {
        const timer = waitMs === Infinity ? undefined : setTimeout(wake, waitMs);
        await news.promise;
        clearTimeout(timer);
        continue;
      }
      const { source, item } = first;
      source.queue.shift();
      if (source.hasEnded && source.queue.length === 0) sources.delete(source);
      if (source.queue.length < READ_AHEAD / 2) source.wantsMore();
      yield item;
    }
  }

  return {
    add(stream) {
      const source: Source<Item> = { queue: [], hasEnded: false, wantsMore: () => undefined };
      sources.add(source);
      read(stream, source)
        .catch((error: unknown) => (failure = { error }))
        .finally(() => {
          source.hasEnded = true;
          if (source.queue.length === 0) sources.delete(source);
          wake();
        });
    },
    close() {
      isOpen = false;
      wake();
    },
    items: items(),
  };
}

/** The earliest of the next items with its stream, and whether every stream has one. */
function earliest<Item extends Timed>(sources: Set<Source<Item>>) {
  let first: { source: Source<Item>; item: Item; arrivedAt: number } | undefined;
  let isComplete = true;
  for (const source of sources) {
    const next = source.queue[0];
    if (next === undefined) isComplete = false;
    else if (first === undefined || next.item.time < first.item.time) first = { source, ...next };
  }
  return { first, isComplete };
}

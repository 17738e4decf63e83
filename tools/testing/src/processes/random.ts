export type Random = {
  seed: number;
  /** 0 ≤ n < below, an integer. */
  below(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
};

/** The same numbers for the same seed (mulberry32). A test prints the seed; `SEED` in the environment repeats its choices. */
export function createRandom(seed = Number(process.env.SEED ?? Date.now() % 1_000_000)): Random {
  let state = seed;
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return {
    seed,
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
  };
}

/** Work that was begun early: its failure counts where it is awaited, and nowhere when nobody comes to that. */
export function inBackground<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}

/** Work that was begun early: its failure counts only where it is awaited. */
export function inBackground<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}

/** Seconds per package to compile and per program to link, on a 2-core machine. */
const COMPILING = 0.13;
const LINKING = 2.7;
/** From this share of the work on, only the machine's own pace counts. */
const TRUSTED = 0.2;

export type BuildProgress = {
  /** Packages that Go's cache lacks, and how many of them are compiled by now. */
  total: number;
  compiled: number;
  /** Programs to link when everything is compiled. */
  programs: number;
  /** Seconds since the compiler was started. */
  elapsed: number;
};

/** Seconds until a `go build` ends: the work left at the pace of the work done. */
export function secondsLeft({ total, compiled, programs, elapsed }: BuildProgress): number {
  const done = compiled * COMPILING;
  const left = Math.max(total - compiled, 0) * COMPILING + programs * LINKING;
  if (done === 0) return left;
  const trust = Math.min(done / (done + left) / TRUSTED, 1);
  return left * (1 - trust + trust * (elapsed / done));
}

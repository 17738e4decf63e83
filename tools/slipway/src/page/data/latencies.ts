/** Durations as counts by bucket; a bucket's upper bound is 5 % above that of the bucket before it. */
export type Latencies = Record<string, number>;

const GROWTH = 1.05;
/** Shorter durations are equal, ms. */
const LEAST_MS = 0.01;

/** `by`: -1 takes one away again. */
export function addLatency(latencies: Latencies, ms: number, by: 1 | -1 = 1): void {
  const bucket = Math.ceil(Math.log(Math.max(ms, LEAST_MS)) / Math.log(GROWTH));
  latencies[bucket] = (latencies[bucket] ?? 0) + by;
}

/** The duration, ms, within which this share of them ended: at most 5 % too long. Undefined when there are none. */
export function quantileOf(latencies: Latencies, share: number): number | undefined {
  const buckets = Object.entries(latencies)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket);
  const wanted = buckets.reduce((sum, { count }) => sum + count, 0) * share;
  let seen = 0;
  const found = buckets.find(({ count }) => (seen += count) >= wanted);
  return found && GROWTH ** found.bucket;
}

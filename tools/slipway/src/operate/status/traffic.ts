import type { Sample } from './parse-metrics.ts';

/** What one process counted, and when it was asked, ms of a monotonic clock. */
export type Scrape = { at: number; samples: Sample[] };

/** What happened between two scrapes of a service's processes. */
export type Traffic = {
  requestsPerSecond: number;
  /** Share of answers with 5xx, 0 to 1; undefined when there were none. */
  errorShare?: number;
  /** Estimated within the histogram's bucket, ms. */
  p50Ms?: number;
  p95Ms?: number;
  /** Cores that all processes together kept busy. */
  cpuCores: number;
  /** Of the largest process, bytes. */
  memoryBytes: number;
};

const REQUESTS = 'http_server_request_duration_seconds';

/** Sums up pairs of scrapes, one pair per process. A counter that went down belongs to a new process: it began at 0. */
export function traffic(pairs: { before: Scrape; after: Scrape }[]): Traffic {
  const buckets = new Map<number, number>();
  let rate = 0;
  let count = 0;
  let errors = 0;
  let cpuCores = 0;
  let memoryBytes = 0;
  for (const { before, after } of pairs) {
    const seconds = (after.at - before.at) / 1000;
    const old = new Map(before.samples.map((sample) => [seriesKey(sample), sample.value]));
    for (const sample of after.samples) {
      const { name, labels, value } = sample;
      const start = old.get(seriesKey(sample)) ?? 0;
      const growth = value >= start ? value - start : value;
      if (name === `${REQUESTS}_count`) {
        rate += growth / seconds;
        count += growth;
        if (labels.http_response_status_code?.startsWith('5') === true) errors += growth;
      } else if (name === `${REQUESTS}_bucket`) {
        const bound = labels.le === '+Inf' ? Infinity : Number(labels.le);
        buckets.set(bound, (buckets.get(bound) ?? 0) + growth);
      } else if (name === 'process_cpu_seconds_total') cpuCores += growth / seconds;
      else if (name === 'process_resident_memory_bytes') memoryBytes = Math.max(memoryBytes, value);
    }
  }
  if (count === 0) return { requestsPerSecond: 0, cpuCores, memoryBytes };
  const quantile = (share: number) => bucketQuantile(share, buckets) * 1000;
  return {
    requestsPerSecond: rate,
    errorShare: errors / count,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    cpuCores,
    memoryBytes,
  };
}

/** As Prometheus' histogram_quantile: linear within the bucket; beyond the last bound, that bound. */
function bucketQuantile(share: number, buckets: Map<number, number>): number {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const [, total = 0] = sorted.at(-1) ?? [];
  const rank = share * total;
  let below = { bound: 0, count: 0 };
  for (const [bound, count] of sorted) {
    if (count >= rank) {
      if (bound === Infinity) return below.bound;
      return below.bound + ((bound - below.bound) * (rank - below.count)) / (count - below.count || 1);
    }
    below = { bound, count };
  }
  return below.bound;
}

function seriesKey({ name, labels }: Sample): string {
  return `${name}${JSON.stringify(labels)}`;
}

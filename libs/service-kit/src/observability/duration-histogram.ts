import type { Histogram, MetricValueWithName } from 'prom-client';

type Series = { labels: Record<string, string>; counts: Float64Array; sum: number; count: number };

type HistogramOptions = { name: string; help: string; labelNames: readonly string[]; buckets: readonly number[] };

/**
 * A histogram for hot paths: what prom-client's own sorts, joins and checks on each observation happens once per series,
 * and the buckets add up when they are scraped.
 */
export class DurationHistogram {
  readonly name: string;
  readonly #options: HistogramOptions;
  readonly #series = new Map<string, Series>();

  constructor(options: HistogramOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** `values`: of the labels, in the order of their names. */
  observe(seconds: number, ...values: (string | number)[]): void {
    const { buckets } = this.#options;
    const key = values.join('\n');
    const series = this.#series.get(key) ?? this.#add(key, values);
    let bucket = 0;
    while (bucket < buckets.length && seconds > buckets[bucket]!) bucket++;
    series.counts[bucket]! += 1;
    series.sum += seconds;
    series.count += 1;
  }

  /** prom-client's side: what a scrape reads. */
  async get() {
    const { name, help, buckets } = this.#options;
    const values: MetricValueWithName<string>[] = [];
    for (const { labels, counts, sum, count } of this.#series.values()) {
      let total = 0;
      buckets.forEach((le, at) => {
        total += counts[at] ?? 0;
        values.push({ metricName: `${name}_bucket`, labels: { le: String(le), ...labels }, value: total });
      });
      values.push({ metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: count });
      values.push(
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      );
    }
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }

  reset(): void {
    this.#series.clear();
  }

  /** A registry asks no more of a metric than its name, `get` and `reset`; its type names the classes. */
  asMetric(): Histogram {
    return this as unknown as Histogram;
  }

  #add(key: string, values: (string | number)[]): Series {
    const { labelNames, buckets } = this.#options;
    const labels = Object.fromEntries(labelNames.map((label, at) => [label, String(values[at])]));
    const series = { labels, counts: new Float64Array(buckets.length + 1), sum: 0, count: 0 };
    this.#series.set(key, series);
    return series;
  }
}

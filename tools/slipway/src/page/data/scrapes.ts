import { parseMetrics, type Sample } from '../../operate/status/parse-metrics.ts';
import { type Scrape, traffic, type Traffic } from '../../operate/status/traffic.ts';

/** How far back rates look, ms: long enough for a share of errors, short enough to be now. */
const WINDOW_MS = 30_000;

export type CallStats = { calls: number; requestsPerSecond?: number; errorShare?: number; meanMs?: number };

export type Scrapes = {
  add(text: string): void;
  /** Undefined before the second scrape. */
  traffic(): Traffic | undefined;
  /** Calls of other services, and of its `database`, by whom they were for. */
  calls(): Map<string, CallStats>;
  pool(): { used: number; max: number; pending: number } | undefined;
};

const CLIENT = 'http_client_request_duration_seconds';
const DATABASE = 'db_client_operation_duration_seconds';

/** The scrapes of one process within the window. `now`: ms of a monotonic clock. */
export function createScrapes(now: () => number = () => performance.now()): Scrapes {
  let kept: Scrape[] = [];
  const ends = () => {
    const [before] = kept;
    const after = kept.at(-1);
    return before === undefined || after === undefined || before === after ? undefined : { before, after };
  };
  return {
    add(text) {
      const at = now();
      const samples = parseMetrics(text);
      const last = kept.at(-1);
      // Counters that went down belong to a new process, whose past is empty.
      const isNew = last !== undefined && startOf(samples) !== startOf(last.samples);
      kept = [...(isNew ? [] : kept.filter((scrape) => scrape.at > at - WINDOW_MS)), { at, samples }];
    },
    traffic() {
      const pair = ends();
      return pair && traffic([pair]);
    },
    calls() {
      const after = kept.at(-1);
      if (after === undefined) return new Map();
      const { before } = ends() ?? {};
      const names = after.samples
        .filter(({ name }) => name === `${CLIENT}_count`)
        .map(({ labels }) => labels.server_address ?? '');
      const stats = new Map(
        [...new Set(names)].map((name) => [
          name,
          callStats(CLIENT, ({ labels }) => labels.server_address === name, before, after),
        ]),
      );
      if (after.samples.some(({ name }) => name === `${DATABASE}_count`))
        stats.set(
          'database',
          callStats(DATABASE, () => true, before, after),
        );
      return stats;
    },
    pool() {
      const samples = kept.at(-1)?.samples ?? [];
      const value = (name: string, state?: string) =>
        samples
          .filter((it) => it.name === name && (state === undefined || it.labels.db_client_connection_state === state))
          .reduce((sum, it) => sum + it.value, 0);
      const max = value('db_client_connection_max');
      if (max === 0) return undefined;
      return {
        used: value('db_client_connection_count', 'used'),
        max,
        pending: value('db_client_connection_pending_requests'),
      };
    },
  };
}

function callStats(
  metric: string,
  isOf: (sample: Sample) => boolean,
  before: Scrape | undefined,
  after: Scrape,
): CallStats {
  const sum = (scrape: Scrape | undefined, suffix: string, isCounted: (sample: Sample) => boolean = () => true) =>
    (scrape?.samples ?? [])
      .filter((sample) => sample.name === `${metric}${suffix}` && isOf(sample) && isCounted(sample))
      .reduce((total, { value }) => total + value, 0);
  const growth = (suffix: string, isCounted?: (sample: Sample) => boolean) =>
    sum(after, suffix, isCounted) - sum(before, suffix, isCounted);
  const calls = sum(after, '_count');
  if (before === undefined) return { calls };
  const count = growth('_count');
  const requestsPerSecond = count / ((after.at - before.at) / 1000);
  if (count === 0) return { calls, requestsPerSecond };
  const errors = growth('_count', ({ labels }) => (labels.error_type ?? '') !== '');
  return { calls, requestsPerSecond, errorShare: errors / count, meanMs: (growth('_sum') / count) * 1000 };
}

function startOf(samples: Sample[]): number | undefined {
  return samples.find(({ name }) => name === 'process_start_time_seconds')?.value;
}

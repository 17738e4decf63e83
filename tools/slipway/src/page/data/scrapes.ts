import { parseMetrics, type Sample } from '../../operate/status/parse-metrics.ts';
import { type Scrape, traffic, type Traffic } from '../../operate/status/traffic.ts';

/** How far back rates look, ms: long enough for a share of errors, short enough to be now. */
const WINDOW_MS = 30_000;

export type CallStats = { calls: number; requestsPerSecond?: number; errorShare?: number; meanMs?: number };

export type Scrapes = {
  /** What a process says now; a service of a cluster has several, by the name of their pods. */
  add(metrics: string | Sample[], process?: string): void;
  /** Undefined before the second scrape. */
  traffic(): Traffic | undefined;
  /** Calls of other services, and of its `database`, by whom they were for. */
  calls(): Map<string, CallStats>;
  pool(): { used: number; max: number; pending: number } | undefined;
};

const CLIENT = 'http_client_request_duration_seconds';
const DATABASE = 'db_client_operation_duration_seconds';

type Ends = { before: Scrape; after: Scrape };

/** The scrapes of the processes of a service within the window. `now`: ms of a monotonic clock. */
export function createScrapes(now: () => number = () => performance.now()): Scrapes {
  const processes = new Map<string, Scrape[]>();
  /** A process that has said nothing for so long is gone, also where no other is left to say something. */
  const alive = () => [...processes.values()].filter((kept) => (kept.at(-1)?.at ?? 0) > now() - WINDOW_MS);
  const newest = () => alive().flatMap((kept) => kept.at(-1) ?? []);
  const ends = (): Ends[] =>
    alive().flatMap((kept) => {
      const [before] = kept;
      const after = kept.at(-1);
      return before === undefined || after === undefined || before === after ? [] : [{ before, after }];
    });
  return {
    add(metrics, process = '') {
      const at = now();
      const samples = typeof metrics === 'string' ? parseMetrics(metrics) : metrics;
      const kept = processes.get(process) ?? [];
      const last = kept.at(-1);
      // Counters that went down belong to a new process, whose past is empty.
      const isNew = last !== undefined && startOf(samples) !== startOf(last.samples);
      const recent = isNew ? [] : kept.filter((scrape) => scrape.at > at - WINDOW_MS);
      processes.set(process, [...recent, { at, samples }]);
      // A pod that is gone has nothing to say of now.
      for (const [name, scrapes] of processes)
        if (!scrapes.some((scrape) => scrape.at > at - WINDOW_MS)) processes.delete(name);
    },
    traffic() {
      const pairs = ends();
      return pairs.length === 0 ? undefined : traffic(pairs);
    },
    calls() {
      const samples = newest().flatMap((scrape) => scrape.samples);
      const names = samples
        .filter(({ name }) => name === `${CLIENT}_count`)
        .map(({ labels }) => labels.server_address ?? '');
      const stats = new Map(
        [...new Set(names)].map((name) => [
          name,
          callStats(CLIENT, ({ labels }) => labels.server_address === name, ends(), samples),
        ]),
      );
      if (samples.some(({ name }) => name === `${DATABASE}_count`))
        stats.set(
          'database',
          callStats(DATABASE, () => true, ends(), samples),
        );
      return stats;
    },
    pool() {
      const samples = newest().flatMap((scrape) => scrape.samples);
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

/** `samples`: the newest of every process. */
function callStats(metric: string, isOf: (sample: Sample) => boolean, ends: Ends[], samples: Sample[]): CallStats {
  const sum = (of: Sample[], suffix: string, isCounted: (sample: Sample) => boolean = () => true) =>
    of
      .filter((sample) => sample.name === `${metric}${suffix}` && isOf(sample) && isCounted(sample))
      .reduce((total, { value }) => total + value, 0);
  const growth = (suffix: string, isCounted?: (sample: Sample) => boolean) =>
    ends.reduce(
      (total, { before, after }) =>
        total + sum(after.samples, suffix, isCounted) - sum(before.samples, suffix, isCounted),
      0,
    );
  const calls = sum(samples, '_count');
  if (ends.length === 0) return { calls };
  const count = growth('_count');
  const seconds = Math.max(...ends.map(({ before, after }) => after.at - before.at)) / 1000;
  const requestsPerSecond = count / seconds;
  if (count === 0) return { calls, requestsPerSecond };
  const errors = growth('_count', ({ labels }) => (labels.error_type ?? '') !== '');
  return { calls, requestsPerSecond, errorShare: errors / count, meanMs: (growth('_sum') / count) * 1000 };
}

function startOf(samples: Sample[]): number | undefined {
  return samples.find(({ name }) => name === 'process_start_time_seconds')?.value;
}

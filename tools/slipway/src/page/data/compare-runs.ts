import type { PageRun, PageRunComparison, PageRunStats } from './page-runs.ts';
import { quantileOf } from './latencies.ts';
import type { RouteRecord, RunRecord } from './run-record.ts';

/** What is shown of a run in the list. */
export function summaryOf({ id, until, commit, routes, warnings }: RunRecord, isCurrent: boolean): PageRun {
  const total = (of: { count: number }[]) => of.reduce((sum, { count }) => sum + count, 0);
  return {
    id,
    until,
    isCurrent,
    ...(commit === undefined ? {} : { commit }),
    requests: total(routes),
    errors: routes.reduce((sum, { errors }) => sum + errors, 0),
    warnings: total(warnings),
  };
}

/** Two runs, route by route and warning by warning; with one alone, what it has. */
export function compareRuns(
  before: RunRecord | undefined,
  after: RunRecord,
): Omit<PageRunComparison, 'before' | 'after'> {
  const routes = pairs(before?.routes ?? [], after.routes, ({ service, method, route }) =>
    [service, method, route].join(' '),
  ).map(([old, now]) => {
    const { service, method, route } = (now ?? old)!;
    return {
      ...{ service, method, route },
      ...(old === undefined ? {} : { before: statsOf(old) }),
      ...(now === undefined ? {} : { after: statsOf(now) }),
    };
  });
  const warnings = pairs(before?.warnings ?? [], after.warnings, ({ service, level, text }) =>
    [service, level, text].join(' '),
  ).map(([old, now]) => {
    const { service, level, text } = (now ?? old)!;
    return { service, level, text, before: old?.count ?? 0, after: now?.count ?? 0 };
  });
  return {
    routes: routes.sort((a, b) => total(b) - total(a)),
    // New ones first, then those that grew most.
    warnings: warnings.sort(
      (a, b) => Number(b.before === 0) - Number(a.before === 0) || b.after - b.before - (a.after - a.before),
    ),
  };
}

function statsOf({ count, errors, latencies, traced, statements }: RouteRecord): PageRunStats {
  return {
    ...{ count, errors },
    p50Ms: quantileOf(latencies, 0.5) ?? 0,
    p95Ms: quantileOf(latencies, 0.95) ?? 0,
    ...(traced === 0 ? {} : { statements: statements / traced }),
  };
}

function total({ before, after }: PageRunComparison['routes'][number]): number {
  return (before?.count ?? 0) + (after?.count ?? 0);
}

function pairs<Item>(
  before: Item[],
  after: Item[],
  keyOf: (item: Item) => string,
): [Item | undefined, Item | undefined][] {
  const found = new Map<string, [Item | undefined, Item | undefined]>();
  for (const item of before) found.set(keyOf(item), [item, undefined]);
  for (const item of after) found.set(keyOf(item), [found.get(keyOf(item))?.[0], item]);
  return [...found.values()];
}

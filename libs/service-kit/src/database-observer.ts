import type { Metrics } from './metrics.ts';

const sqlState = /^[0-9A-Z]{5}$/;

/** What the database's client tells of its work, as metrics. */
export function createDatabaseObserver({ metrics }: { metrics: Metrics }) {
  return {
    statement(text: string) {
      const started = performance.now();
      const operation = /\w+/.exec(text)?.[0].toUpperCase() ?? '';
      return (error?: unknown) =>
        metrics.statement(operation, error === undefined ? '' : errorType(error), secondsSince(started));
    },
    connection() {
      const started = performance.now();
      return () => metrics.connectionWait(secondsSince(started));
    },
  };
}

/** A closed list: PostgreSQL's codes, or that there was no answer. */
function errorType(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && sqlState.test(code) ? code : 'unavailable';
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

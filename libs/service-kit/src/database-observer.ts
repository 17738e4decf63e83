import type { Metrics } from './metrics.ts';
import { addWait } from './request-scope.ts';

const sqlState = /^[0-9A-Z]{5}$/;

/** What the database's client tells of its work, as metrics and in the request's `waitedMs`. */
export function createDatabaseObserver({ metrics }: { metrics: Metrics }) {
  return {
    statement(text: string) {
      const started = performance.now();
      const operation = /\w+/.exec(text)?.[0].toUpperCase() ?? '';
      return (error?: unknown) => {
        const ms = performance.now() - started;
        metrics.statement(operation, error === undefined ? '' : errorType(error), ms / 1000);
        addWait('database', ms);
      };
    },
    connection() {
      const started = performance.now();
      return () => {
        const ms = performance.now() - started;
        metrics.connectionWait(ms / 1000);
        addWait('database', ms);
      };
    },
  };
}

/** A closed list: PostgreSQL's codes, or that there was no answer. */
function errorType(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && sqlState.test(code) ? code : 'unavailable';
}

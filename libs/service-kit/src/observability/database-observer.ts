import { codeOf } from './code-of.ts';
import { refusals } from '@shop/fair-queue';
import type { Metrics } from './metrics.ts';
import { addWait, currentScope } from './request-scope.ts';
import type { Tracing } from './tracing.ts';

const sqlState = /^[0-9A-Z]{5}$/;

/** What the database's client tells of its work, as metrics, in the request's `waitedMs` and as spans. */
export function createDatabaseObserver({ metrics, tracing }: { metrics: Metrics; tracing?: Tracing | undefined }) {
  return {
    refused: metrics.outcomes(
      'db_client_connection_refusals_total',
      'Work that got no connection of the pool: it would have waited for too long, or its caller had left',
      refusals,
      'reason',
    ),
    statement(text: string) {
      const started = performance.now();
      const operation = /\w+/.exec(text)?.[0].toUpperCase() ?? '';
      const scope = currentScope();
      // Not for the polling in the background, which would be most of all spans.
      const span = scope && tracing?.start('client', operation, scope.trace, spanAttributes(operation, text));
      return (error?: unknown) => {
        span?.end(error === undefined ? {} : { attributes: { 'error.type': errorType(error) }, error });
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

function spanAttributes(operation: string, text: string) {
  return {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.query.text': text.replaceAll(/\s+/g, ' ').trim(),
  };
}

/** A closed list: PostgreSQL's codes, or that there was no answer. */
function errorType(error: unknown): string {
  const code = codeOf(error);
  return code !== undefined && sqlState.test(code) ? code : 'unavailable';
}

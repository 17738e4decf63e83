import Type from 'typebox';
import { keyword } from '../keyword.ts';

/**
 * The URL of the service's own Postgres. Declaring it makes the database: locally, on kind, and its Secret.
 * `maxConnections`: what the database allows in production; on kind it is made with just that.
 */
export function postgres({ maxConnections = 100 }: { maxConnections?: number } = {}) {
  return Type.String({
    description: "URL of the service's own Postgres database",
    pattern: '^postgres(ql)?://',
    ...keyword({ kind: 'postgres-url', maxConnections }),
  });
}

import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/**
 * The URL of the service's own Postgres. Declaring it makes the database: locally, on kind, and its Secret.
 * `maxConnections`: what the database allows in production; on kind it is made with just that.
 */
export function postgres({ maxConnections = 100 }: { maxConnections?: number } = {}) {
  const keyword: SlipwayKeyword = { kind: 'postgres-url', maxConnections };
  return Type.String({
    description: "URL of the service's own Postgres database",
    pattern: '^postgres(ql)?://',
    'x-slipway': keyword,
  });
}

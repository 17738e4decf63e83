import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** The URL of the service's own Postgres. Declaring it makes the database: locally, on kind, and its Secret. */
export function postgres() {
  const keyword: SlipwayKeyword = { kind: 'postgres-url' };
  return Type.String({
    description: "URL of the service's own Postgres database",
    pattern: '^postgres(ql)?://',
    'x-slipway': keyword,
  });
}

import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** The base URL of another service, without a trailing slash. Declaring it makes the edge in every graph. */
export function service(name: string) {
  const keyword: SlipwayKeyword = { kind: 'service-url', service: name };
  return Type.String({
    description: `base URL of the ${name} service`,
    pattern: '^https?://[^/]+$',
    'x-slipway': keyword,
  });
}

import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** The secret that this service shows when it calls `callee`. The callee declares `acceptedKey(CALLER)`. */
export function sharedKey(callee: string) {
  const keyword: SlipwayKeyword = { kind: 'shared-key', service: callee };
  return Type.String({
    description: `service credential for internal calls to ${callee}`,
    minLength: 32,
    'x-slipway': keyword,
  });
}

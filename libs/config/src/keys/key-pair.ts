import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/**
 * Private signing keys as a JSON Web Key Set (RFC 7517) on one line. The first key signs; every key's public half is
 * published, so a rotation puts the new key first and keeps the old one until its last token has expired.
 */
export function keyPair() {
  const keyword: SlipwayKeyword = { kind: 'key-pair', algorithm: 'ES256' };
  return Type.String({
    description: 'private signing keys: a JSON Web Key Set on one line, the first key signs',
    pattern: '^\\{.*\\}$',
    'x-slipway': keyword,
  });
}

import Type from 'typebox';
import { keyword } from '../keyword.ts';

/**
 * Signing keys as a JSON Web Key Set (RFC 7517) on one line. The first key signs; every key's public half is published.
 * A rotation puts the new key first and keeps the public half of the old one until its last token has expired.
 * `lifetime`: the key of this environment with the lifetime of a token, s.
 */
export function keyPair({ lifetime }: { lifetime: string }) {
  return Type.String({
    description: 'private signing keys: a JSON Web Key Set on one line, the first key signs',
    pattern: '^\\{.*\\}$',
    ...keyword({ kind: 'key-pair', algorithm: 'ES256', lifetime }),
  });
}

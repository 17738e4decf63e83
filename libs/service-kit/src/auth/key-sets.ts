import { importJWK, type CryptoKey, type JWK } from 'jose';

export type JsonWebKeySet = { keys: JWK[] };

export function isKeySet(value: unknown): value is JsonWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
}

/** Public ES256 keys by their id; others in the set are none of our business. */
export async function importPublicKeys({ keys }: JsonWebKeySet): Promise<Map<string, CryptoKey>> {
  const usable = keys.filter(
    ({ kid, kty, crv, alg, use }) =>
      typeof kid === 'string' &&
      kty === 'EC' &&
      crv === 'P-256' &&
      (alg ?? 'ES256') === 'ES256' &&
      (use ?? 'sig') === 'sig',
  );
  const keysById = new Map<string, CryptoKey>();
  for (const { kid, kty = 'EC', crv = '', x = '', y = '' } of usable) {
    const key = await importJWK({ kty, crv, x, y }, 'ES256');
    // Bytes are what a symmetric key becomes.
    if (kid !== undefined && !(key instanceof Uint8Array)) keysById.set(kid, key);
  }
  return keysById;
}

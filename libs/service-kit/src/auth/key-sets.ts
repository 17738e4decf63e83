import { importJWK, type CryptoKey, type JWK } from 'jose';

export type JsonWebKeySet = { keys: JWK[] };

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
  const entries = await Promise.all(
    usable.map(async ({ kid, kty, crv, x, y }) => [kid, await importJWK({ kty, crv, x, y } as JWK, 'ES256')] as const),
  );
  return new Map(entries as [string, CryptoKey][]);
}

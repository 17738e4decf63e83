import { EnvironmentError } from '@shop/config';
import { importPublicKeys, type JsonWebKeySet } from '@shop/service-kit';
import { importJWK, type CryptoKey, type JWK } from 'jose';

export type SigningKey = { kid: string; key: CryptoKey };

/** Reads SIGNING_KEYS: the first key signs, the public halves of all are published. */
export async function readSigningKeys(
  json: string,
): Promise<{ signing: SigningKey; public: Map<string, CryptoKey>; jwks: JsonWebKeySet }> {
  const keys = parse(json);
  const [first] = keys;
  if (first === undefined) throw fault('has no key');
  const kids = new Set(keys.map(({ kid }) => kid));
  if (kids.size !== keys.length) throw fault('has two keys with the same kid');
  const jwks = {
    keys: keys.map(({ kid, kty, crv, x, y }) => ({ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }) as JWK),
  };
  try {
    const signing = (await importJWK(first, 'ES256')) as CryptoKey;
    return { signing: { kid: first.kid, key: signing }, public: await importPublicKeys(jwks), jwks };
  } catch {
    throw fault('has a key that is no point of its curve');
  }
}

function parse(json: string): (JWK & { kid: string })[] {
  let keys: unknown;
  try {
    keys = (JSON.parse(json) as { keys?: unknown }).keys;
  } catch {
    throw fault('is not JSON');
  }
  if (!Array.isArray(keys)) throw fault('has no list "keys"');
  const bad = keys.findIndex(
    (key: Partial<JWK>) =>
      key?.kty !== 'EC' ||
      key.crv !== 'P-256' ||
      typeof key.d !== 'string' ||
      typeof key.kid !== 'string' ||
      key.kid === '',
  );
  if (bad >= 0) throw fault(`key ${bad + 1} is not a private EC key on P-256 with a kid`);
  return keys;
}

function fault(what: string): EnvironmentError {
  return new EnvironmentError([`SIGNING_KEYS ${what}: private signing keys, a JSON Web Key Set on one line`]);
}

import { EnvironmentError } from '@slipway/config';
import type { PublicKeySet } from '@shop/contracts';
import { importPublicKeys, type KeySet } from '@shop/service-kit';
import { importJWK, type CryptoKey, type JWK } from 'jose';

export type SigningKey = { kid: string; key: CryptoKey };

export type SigningKeys = {
  signing: SigningKey;
  /** For checking our own tokens. */
  keySet: KeySet;
  /** The public halves, for everybody else. */
  published(): PublicKeySet;
};

/**
 * Reads SIGNING_KEYS: the first key signs, the public halves of all are published. A key that signs no more may be its
 * public half alone; with `exp` (Unix time, s) it is published until then.
 */
export async function readSigningKeys(json: string): Promise<SigningKeys> {
  const keys = parse(json);
  const [first] = keys;
  if (first === undefined) throw fault('has no key');
  if (first.d === undefined || first.exp !== undefined) throw fault('has a first key that cannot sign');
  const kids = new Set(keys.map(({ kid }) => kid));
  if (kids.size !== keys.length) throw fault('has two keys with the same kid');
  const current = () => keys.filter(({ exp }) => exp === undefined || exp * 1000 > Date.now());
  try {
    const signing = { kid: first.kid, key: (await importJWK(first, 'ES256')) as CryptoKey };
    const publicKeys = await importPublicKeys({ keys: keys.map(publicHalf) });
    return {
      signing,
      keySet: {
        get generation() {
          return keys.length - current().length;
        },
        find: async (kid) => (current().some((key) => key.kid === kid) ? publicKeys.get(kid) : undefined),
      },
      published: () => ({ keys: current().map(publicHalf) }),
    };
  } catch {
    throw fault('has a key that is no point of its curve');
  }
}

type StoredKey = JWK & { kid: string; kty: string; crv: string; x: string; y: string; exp?: number };

function publicHalf({ kid, kty, crv, x, y }: StoredKey): PublicKeySet['keys'][number] {
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

function parse(json: string): StoredKey[] {
  let keys: unknown;
  try {
    keys = (JSON.parse(json) as { keys?: unknown }).keys;
  } catch {
    throw fault('is not JSON');
  }
  if (!Array.isArray(keys)) throw fault('has no list "keys"');
  const bad = keys.findIndex(
    (key: Partial<StoredKey>) =>
      key?.kty !== 'EC' ||
      key.crv !== 'P-256' ||
      typeof key.kid !== 'string' ||
      key.kid === '' ||
      !['string', 'undefined'].includes(typeof key.d) ||
      !['number', 'undefined'].includes(typeof key.exp),
  );
  if (bad >= 0) throw fault(`key ${bad + 1} is not an EC key on P-256 with a kid`);
  return keys;
}

function fault(what: string): EnvironmentError {
  return new EnvironmentError([`SIGNING_KEYS ${what}: signing keys, a JSON Web Key Set on one line`]);
}

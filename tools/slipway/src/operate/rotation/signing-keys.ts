import { UserError } from '@slipway/util/errors';
import { makeKeyPair } from '../../services/make-secret.ts';
import { isObject } from '../../util/json-object.ts';
import { parsePrivate } from '../../services/secrets/parse-private.ts';

type StoredKey = { d?: string; exp?: number; [member: string]: unknown };

/** Whether `text` is a JSON Web Key Set whose first key can sign. */
export function isKeySet(text: string): boolean {
  try {
    return typeof parseKeySet(text)[0]?.d === 'string';
  } catch {
    // Not JSON at all; the parser's own words would quote it.
    return false;
  }
}

/**
 * The three steps of a JSON Web Key Set in which the first key signs. Each does its own part and nothing else, so a set
 * tells by itself how far its rotation is:
 *
 * - `[A, B]`, B private: introduced, B is published and does not sign yet;
 * - `[B, A]`, A private with `exp`: switched, B signs;
 * - `[B, A]`, A public with `exp`: done; the service publishes A until `exp`, when its last token has expired.
 */
export function introduceKey(set: string, algorithm: 'ES256', now: number): string {
  const keys = parseKeySet(set);
  if (keys.slice(1).some(({ d }) => d !== undefined)) return set;
  const [next] = parseKeySet(makeKeyPair(algorithm));
  const others = keys.slice(1).filter(({ exp = Infinity }) => exp > now);
  return JSON.stringify({ keys: [keys[0], next, ...others] });
}

/** `keepUntil`: Unix time, s, after which nothing counts any more that the old key has signed. */
export function switchKey(set: string, keepUntil: number): string {
  const [signing, next, ...others] = parseKeySet(set);
  if (next?.d === undefined || next.exp !== undefined) return set;
  return JSON.stringify({ keys: [next, { ...signing, exp: keepUntil }, ...others] });
}

/** The old key keeps its public half: its tokens are still good, and it can make no more of them. */
export function retireKey(set: string): string {
  const keys = parseKeySet(set);
  return JSON.stringify({
    keys: keys.map((key) => {
      const { d: _, ...publicHalf } = key;
      return key.exp === undefined ? key : publicHalf;
    }),
  });
}

/** Throws, without a word of it, for what is no JSON Web Key Set. */
function parseKeySet(text: string): StoredKey[] {
  const set: unknown = parsePrivate('the key set', text, JSON.parse);
  if (!isObject(set) || !Array.isArray(set.keys) || !set.keys.every(isStoredKey))
    throw new UserError('the key set is no JSON Web Key Set');
  return set.keys;
}

function isStoredKey(key: unknown): key is StoredKey {
  return (
    isObject(key) && ['string', 'undefined'].includes(typeof key.d) && ['number', 'undefined'].includes(typeof key.exp)
  );
}

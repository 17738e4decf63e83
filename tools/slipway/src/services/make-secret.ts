import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { hideSecret } from '@slipway/util/secret-mask';
import type { KeySource } from './service-spec.ts';

/** Characters that need no quoting in a shell, a URL or an env file. */
const PASSWORD_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** A password of `length` characters. */
export function makePassword(length: number): string {
  return made(Array.from({ length }, () => PASSWORD_ALPHABET[randomInt(PASSWORD_ALPHABET.length)]).join(''));
}

/** A key for one edge: 256 random bits, hexadecimal. */
export function makeEdgeKey(): string {
  return made(randomBytes(32).toString('hex'));
}

/** A private JSON Web Key Set with one signing key, on one line. */
export function makeKeyPair(algorithm: Extract<KeySource, { kind: 'key-pair' }>['algorithm']): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: algorithm, use: 'sig' };
  return made(JSON.stringify({ keys: [key] }));
}

function made(value: string): string {
  hideSecret(value);
  return value;
}

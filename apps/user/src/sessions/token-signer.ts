import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SigningKey } from './signing-keys.ts';

type SignerOptions = { key: SigningKey; issuer: string; audience: string; lifetimeS: number };

export type SignToken = (user: { id: string; role: string }) => Promise<string>;

export function createTokenSigner({ key, issuer, audience, lifetimeS }: SignerOptions): SignToken {
  return ({ id, role }) => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ role })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: key.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(id)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeS)
      .setJti(randomUUID())
      .sign(key.key);
  };
}

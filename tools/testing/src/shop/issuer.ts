import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

type Claims = { sub?: string; role?: string; iss?: string; aud?: string; exp?: number; nbf?: number };

export type Issuer = {
  /** For the environment of the user service. */
  signingKeys: string;
  jwks: { keys: JWK[] };
  /** A token as the user service makes it; claims and header can be bent. */
  token(claims?: Claims, header?: Record<string, string>): Promise<string>;
};

/** Stands in for the user service: keys of its own and tokens signed with them. */
export async function createIssuer(kid: string = randomUUID()): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const names = { kid, alg: 'ES256', use: 'sig' };
  return {
    signingKeys: JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), ...names }] }),
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...names }] },
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const {
        sub = randomUUID(),
        role = 'customer',
        iss = 'slipway-shop',
        aud = 'slipway-shop',
        exp = now + 600,
        nbf,
      } = claims;
      return new SignJWT({ role, ...(nbf === undefined ? {} : { nbf }) })
        .setProtectedHeader({ alg: 'ES256', kid, ...header })
        .setIssuer(iss)
        .setAudience(aud)
        .setSubject(sub)
        .setExpirationTime(exp)
        .sign(privateKey);
    },
  };
}

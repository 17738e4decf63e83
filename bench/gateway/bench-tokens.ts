import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';

const sub = '01935a5d-ac96-774b-8cce-b302099a8057';

/** One token per algorithm, and what its verifiers need: ours takes ES256, HAProxy and @fastify/jwt get RS256. */
export async function benchTokens() {
  const keyPair = (algorithm: string) => generateKeyPair(algorithm, { extractable: true });
  const [elliptic, rsa] = await Promise.all([keyPair('ES256'), keyPair('RS256')]);
  const sign = (alg: string, key: typeof rsa.privateKey) =>
    new SignJWT({ role: 'customer' })
      .setProtectedHeader({ alg, kid: 'bench' })
      .setIssuer('slipway-shop')
      .setAudience('slipway-shop')
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime('2h')
      .sign(key);
  return {
    es256: await sign('ES256', elliptic.privateKey),
    rs256: await sign('RS256', rsa.privateKey),
    jwks: { keys: [{ ...(await exportJWK(elliptic.publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }] },
    rsaPublicKey: await exportSPKI(rsa.publicKey),
  };
}

export type BenchTokens = Awaited<ReturnType<typeof benchTokens>>;

import { errors, jwtVerify, type CryptoKey, type JWTPayload } from 'jose';
import { commonProblems, type ProblemError } from '../http/problem.ts';

export type Role = 'customer' | 'admin';
export type Identity = { readonly userId: string; readonly role: Role };

export type KeySet = {
  /** The public key of that id, from the verifier's own set. */
  find(kid: string): Promise<CryptoKey | undefined>;
  /** Changes when a key leaves the set: what it has signed is no longer good. */
  readonly generation: number;
};

type VerifierOptions = { keys: KeySet; issuer: string; audience: string; cacheSize?: number };

const algorithm = 'ES256';
const userId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const longestToken = 4096;
/** 64 bytes leave four bits of the last character over: with any of them set it would be the same token spelt otherwise. */
const signature = /\.[\w-]{85}[AQgw]$/;

/** Checks access tokens. The gateway and every service each have one: none trusts another's word. */
export class TokenVerifier {
  readonly #options: VerifierOptions;
  readonly #cacheSize: number;
  /** Keyed by the whole token: a part of it may be shared by two identities. */
  readonly #verified = new Map<string, { identity: Identity; expiresAt: number }>();
  #generation = 0;

  constructor({ cacheSize = 5000, ...options }: VerifierOptions) {
    this.#options = options;
    this.#cacheSize = cacheSize;
  }

  /** The identity of a token that was verified before and is still good. */
  cached(token: string): Identity | undefined {
    if (this.#generation !== this.#options.keys.generation) {
      this.#generation = this.#options.keys.generation;
      this.#verified.clear();
    }
    const entry = this.#verified.get(token);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > Date.now()) return entry.identity;
    this.#verified.delete(token);
    return undefined;
  }

  async verify(token: string): Promise<Identity> {
    const known = this.cached(token);
    if (known !== undefined) return known;
    if (token.length > longestToken || !signature.test(token)) throw invalidToken();
    const { generation } = this.#options.keys;
    const payload = await this.#check(token);
    const identity = identityOf(payload);
    if (identity === undefined || payload.exp === undefined) throw invalidToken();
    if (generation === this.#options.keys.generation) this.#remember(token, identity, payload.exp * 1000);
    return identity;
  }

  async #check(token: string): Promise<JWTPayload> {
    const { keys, issuer, audience } = this.#options;
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ alg, kid }) => {
          const key = alg === algorithm && typeof kid === 'string' ? await keys.find(kid) : undefined;
          if (key === undefined) throw new errors.JWKSNoMatchingKey();
          return key;
        },
        { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp', 'sub'] },
      );
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError)
        throw invalidToken(error);
      throw error;
    }
  }

  #remember(token: string, identity: Identity, expiresAt: number): void {
    if (this.#verified.size >= this.#cacheSize) {
      const [oldest] = this.#verified.keys();
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(token, { identity, expiresAt });
  }
}

function identityOf({ sub, role }: JWTPayload): Identity | undefined {
  if (typeof sub !== 'string' || !userId.test(sub)) return undefined;
  return role === 'customer' || role === 'admin' ? Object.freeze({ userId: sub, role }) : undefined;
}

function invalidToken(cause?: unknown): ProblemError {
  return commonProblems.unauthorized({
    detail: 'the access token is not valid, or no longer',
    headers: { 'www-authenticate': 'Bearer realm="slipway-shop", error="invalid_token"' },
    cause,
  });
}

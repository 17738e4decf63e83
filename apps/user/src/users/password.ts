import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** OWASP's parameters for 16 MB of memory. They are stored with each hash, so that they can be raised. */
const current = { N: 16_384, r: 8, p: 5 };
const hashBytes = 32;

/** Runs a hash of `client`, the address that asks for it, when its turn has come. */
export type TakeTurn = <Result>(hash: () => Promise<Result>, client: string) => Promise<Result>;

export type Passwords = ReturnType<typeof createPasswords>;

export function createPasswords(takeTurn: TakeTurn) {
  const derive = (password: string, salt: Buffer, cost: ScryptOptions, client: string) =>
    takeTurn(() => runScrypt(password, salt, cost), client);

  return {
    async hash(password: string, client: string): Promise<string> {
      const salt = randomBytes(16);
      const hash = await derive(password, salt, current, client);
      const { N, r, p } = current;
      return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
    },

    async verify(password: string, stored: string, client: string): Promise<boolean> {
      const [scheme, N, r, p, salt = '', hash = ''] = stored.split('$');
      if (scheme !== 'scrypt') throw new Error('a stored password hash is of an unknown kind');
      const cost = { N: Number(N), r: Number(r), p: Number(p) };
      const expected = Buffer.from(hash, 'base64url');
      const actual = await derive(password, Buffer.from(salt, 'base64url'), cost, client);
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },

    /** Waits and takes as long as a wrong password does, so that an unknown address cannot be told from a known one. */
    async verifyDummy(password: string, client: string): Promise<false> {
      await derive(password, randomBytes(16), current, client);
      return false;
    },
  };
}

function runScrypt(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // NFKC: one password, however the keyboard composes it.
    scrypt(password.normalize('NFKC'), salt, hashBytes, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

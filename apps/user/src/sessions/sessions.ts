import type { NewSession, Session } from '@shop/contracts';
import { withoutCaller } from '@shop/service-kit/request-scope';
import { problems } from '../problems.ts';
import type { HashQueue } from '../users/hash-queue.ts';
import type { Passwords } from '../users/password.ts';
import type { UserRepository } from '../users/user-repository.ts';
import type { LoginLimit } from './login-limit.ts';
import type { SignToken } from './token-signer.ts';

export type Sessions = ReturnType<typeof createSessions>;

type SessionsOptions = {
  users: UserRepository;
  passwords: Passwords;
  hashQueue: Pick<HashQueue, 'prepare'>;
  limit: LoginLimit;
  signToken: SignToken;
  lifetimeS: number;
};

export function createSessions({ users, passwords, hashQueue, limit, signToken, lifetimeS }: SessionsOptions) {
  return {
    /** `client`: the address that the gateway saw. */
    async open({ email, password }: NewSession, client: string): Promise<Session> {
      const user = await hashQueue.prepare(async () => {
        await limit.check(client, email);
        return users.findByEmail(email);
      }, client);
      const isMatch =
        user === undefined
          ? await passwords.verifyDummy(password, client)
          : await passwords.verify(password, user.passwordHash, client);
      if (!isMatch || user === undefined) {
        // A guess counts although the caller may have left.
        await withoutCaller(() => limit.recordFailure(client, email));
        // A 401 without this header breaks RFC 9110, and clients that read it.
        throw problems.invalidCredentials({ headers: { 'www-authenticate': 'Bearer realm="slipway-shop"' } });
      }
      // Guesses that ran beside this one may have used up the failures meanwhile.
      await limit.check(client, email);
      return { accessToken: await signToken(user), tokenType: 'Bearer', expiresIn: lifetimeS };
    },
  };
}

import type { NewSession, Session } from '@shop/contracts';
import { problems } from '../problems.ts';
import { verifyNothing, verifyPassword } from '../users/password.ts';
import type { UserRepository } from '../users/user-repository.ts';
import type { LoginLimit } from './login-limit.ts';
import type { SignToken } from './token-signer.ts';

export type Sessions = ReturnType<typeof createSessions>;

type SessionsOptions = { users: UserRepository; limit: LoginLimit; signToken: SignToken; lifetimeS: number };

export function createSessions({ users, limit, signToken, lifetimeS }: SessionsOptions) {
  return {
    /** `client`: the address that the gateway saw. */
    async open({ email, password }: NewSession, client: string): Promise<Session> {
      await limit.check(client, email);
      const user = await users.findByEmail(email);
      const isMatch =
        user === undefined ? await verifyNothing(password) : await verifyPassword(password, user.passwordHash);
      if (!isMatch || user === undefined) {
        await limit.recordFailure(client, email);
        // A 401 without this header breaks RFC 9110, and clients that read it.
        throw problems.invalidCredentials({ headers: { 'www-authenticate': 'Bearer realm="slipway-shop"' } });
      }
      // Guesses that ran beside this one may have used up the failures meanwhile.
      await limit.check(client, email);
      return { accessToken: await signToken(user), tokenType: 'Bearer', expiresIn: lifetimeS };
    },
  };
}

import type { Statements } from '@shop/database';
import { problems } from '../problems.ts';
import { createLoginFailureRepository } from './login-failure-repository.ts';

export type LoginLimit = ReturnType<typeof createLoginLimit>;

/**
 * Ten failures in a minute for one (client, email) pair, then 429 until the oldest of them is a minute old. Only failures
 * count, so that any number of good logins may run at once; those that fail together are counted one after the other.
 */
export function createLoginLimit(database: Statements) {
  const failures = createLoginFailureRepository(database);
  const refuse = (retryAfterS: number) =>
    problems.tooManyAttempts({ headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterS))) } });
  return {
    /** Throws when the pair has used up its failures. */
    async check(client: string, email: string): Promise<void> {
      const retryAfterS = await failures.secondsBlocked(client, email);
      if (retryAfterS !== undefined) throw refuse(retryAfterS);
    },

    /** Counts a failure; throws when others were quicker to use up the last one. */
    async recordFailure(client: string, email: string): Promise<void> {
      const retryAfterS = await failures.record(client, email);
      if (retryAfterS !== undefined) throw refuse(retryAfterS);
    },
  };
}

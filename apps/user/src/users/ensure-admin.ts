import { setTimeout as sleep } from 'node:timers/promises';
import { uuidV7 } from '@shop/service-kit/uuid-v7';
import type { Passwords } from './password.ts';
import type { UserRepository } from './user-repository.ts';

type EnsureAdminOptions = {
  repository: UserRepository;
  passwords: Passwords;
  email: string;
  password: string;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  isStopping(): boolean;
};

const retryMs = 500;
/** The client whose turn it is among those that sign in. */
const OURSELVES = 'this service';

/**
 * Creates the admin on the very first start. Later ones see to it that ADMIN_PASSWORD signs the admin in: it may be another
 * one, or new because its Secret was lost. Replicas may race: one insert wins, and all set the same password.
 */
export async function ensureAdmin({
  repository,
  passwords,
  email,
  password,
  log,
  isStopping,
}: EnsureAdminOptions): Promise<void> {
  while (!isStopping()) {
    try {
      const existing = await repository.findByEmail(email);
      if (existing === undefined) {
        const isNew = await repository.insert({
          ...uuidV7(),
          email,
          name: 'Admin',
          role: 'admin',
          passwordHash: await passwords.hash(password, OURSELVES),
        });
        if (isNew) log.info({}, 'admin created');
      } else if (existing.role !== 'admin') log.warn({}, 'ADMIN_EMAIL belongs to a customer: there is no admin');
      else if (!(await passwords.verify(password, existing.passwordHash, OURSELVES))) {
        await repository.setPasswordHash(existing.id, await passwords.hash(password, OURSELVES));
        log.info({}, 'the admin has the password of ADMIN_PASSWORD now');
      }
      return;
    } catch (error) {
      // The database may come up after us.
      log.warn({ err: error }, 'the admin cannot be looked up yet, trying again');
      await sleep(retryMs);
    }
  }
}

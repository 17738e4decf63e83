import type { NewUser, User } from '@shop/contracts';
import { commonProblems } from '@shop/service-kit/problem';
import { uuidV7 } from '@shop/service-kit/uuid-v7';
import { problems } from '../problems.ts';
import type { HashQueue } from './hash-queue.ts';
import type { Passwords } from './password.ts';
import type { UserRecord, UserRepository } from './user-repository.ts';

export type Users = ReturnType<typeof createUsers>;

type UsersOptions = { repository: UserRepository; passwords: Passwords; hashQueue: Pick<HashQueue, 'prepare'> };

export function createUsers({ repository, passwords, hashQueue }: UsersOptions) {
  return {
    /** `client`: the address that the gateway saw. */
    async register({ email, password, name }: NewUser, client: string): Promise<User> {
      // The insert decides; this spares the hash.
      const existing = await hashQueue.prepare(() => repository.findByEmail(email), client);
      if (existing !== undefined) throw problems.emailTaken();
      const record: UserRecord = {
        ...uuidV7(),
        email,
        name,
        role: 'customer',
        passwordHash: await passwords.hash(password, client),
      };
      if (!(await repository.insert(record))) throw problems.emailTaken();
      return toUser(record);
    },

    async get(id: string): Promise<User> {
      const record = await repository.findById(id);
      // Only a deleted user can have a good token and no row.
      if (record === undefined) throw commonProblems.notFound();
      return toUser(record);
    },
  };
}

function toUser({ id, email, name, role, createdAt }: UserRecord): User {
  return { id, email, name, role, createdAt: createdAt.toISOString() };
}

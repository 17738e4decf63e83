import type { NewUser, User } from '@shop/contracts';
import { commonProblems } from '@shop/service-kit/problem';
import { uuidV7 } from '@shop/service-kit/uuid-v7';
import { problems } from '../problems.ts';
import { hashPassword } from './password.ts';
import type { UserRecord, UserRepository } from './user-repository.ts';

export type Users = ReturnType<typeof createUsers>;

export function createUsers(repository: UserRepository) {
  return {
    async register({ email, password, name }: NewUser): Promise<User> {
      const record: UserRecord = {
        ...uuidV7(),
        email,
        name,
        role: 'customer',
        passwordHash: await hashPassword(password),
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

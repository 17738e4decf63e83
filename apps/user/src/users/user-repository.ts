import type { Queryable } from '@shop/database';

export type UserRecord = {
  id: string;
  email: string;
  name: string;
  role: 'customer' | 'admin';
  passwordHash: string;
  createdAt: Date;
};

export type UserRepository = ReturnType<typeof createUserRepository>;

type Row = {
  id: string;
  email: string;
  name: string;
  role: UserRecord['role'];
  password_hash: string;
  created_at: Date;
};

/** As the index users_email_key has it. */
const uniqueEmail = (expression: string) => `lower(${expression} collate pg_c_utf8)`;
const columns = 'id, email, name, role, password_hash, created_at';

/** `crowds`: the database for what comes in crowds, sign-ins and registrations. */
export function createUserRepository(database: Queryable, crowds: Queryable) {
  return {
    /** False when the address is taken, in whatever case. */
    async insert({ id, email, name, role, passwordHash, createdAt }: UserRecord): Promise<boolean> {
      const inserted = await crowds.query(
        `insert into users (${columns}) values ($1, $2, $3, $4, $5, $6)
         on conflict (${uniqueEmail('email')}) do nothing returning id`,
        [id, email, name, role, passwordHash, createdAt],
      );
      return inserted.length > 0;
    },

    async setPasswordHash(id: string, passwordHash: string): Promise<void> {
      await database.query('update users set password_hash = $2 where id = $1', [id, passwordHash]);
    },

    async findById(id: string): Promise<UserRecord | undefined> {
      const [row] = await database.query<Row>(`select ${columns} from users where id = $1`, [id]);
      return row && toRecord(row);
    },

    async findByEmail(email: string): Promise<UserRecord | undefined> {
      const [row] = await crowds.query<Row>(
        `select ${columns} from users where ${uniqueEmail('email')} = ${uniqueEmail('$1::text')}`,
        [email],
      );
      return row && toRecord(row);
    },
  };
}

function toRecord({ id, email, name, role, password_hash, created_at }: Row): UserRecord {
  return { id, email, name, role, passwordHash: password_hash, createdAt: created_at };
}

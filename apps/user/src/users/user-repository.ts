import { isUniqueViolation, type Queryable } from '@shop/database';

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

const columns = 'id, email, name, role, password_hash, created_at';

export function createUserRepository(database: Queryable) {
  return {
    /** False when the address is taken, in whatever case. */
    async insert({ id, email, name, role, passwordHash, createdAt }: UserRecord): Promise<boolean> {
      try {
        await database.query(`insert into users (${columns}) values ($1, $2, $3, $4, $5, $6)`, [
          id,
          email,
          name,
          role,
          passwordHash,
          createdAt,
        ]);
        return true;
      } catch (error) {
        if (isUniqueViolation(error, 'users_email_key')) return false;
        throw error;
      }
    },

    async findById(id: string): Promise<UserRecord | undefined> {
      const [row] = await database.query<Row>(`select ${columns} from users where id = $1`, [id]);
      return row && toRecord(row);
    },

    async findByEmail(email: string): Promise<UserRecord | undefined> {
      const [row] = await database.query<Row>(
        `select ${columns} from users where lower(email collate pg_c_utf8) = lower($1::text collate pg_c_utf8)`,
        [email],
      );
      return row && toRecord(row);
    },
  };
}

function toRecord({ id, email, name, role, password_hash, created_at }: Row): UserRecord {
  return { id, email, name, role, passwordHash: password_hash, createdAt: created_at };
}

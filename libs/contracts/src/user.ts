import Type, { type Static } from 'typebox';
import { Email } from './email.ts';
import { limits } from './limits.ts';
import { FreeText, Id, Name, Timestamp } from './scalars.ts';

export const NewUser = Type.Object(
  {
    email: Email,
    password: FreeText({ minLength: limits.password.minimum, maxLength: limits.password.maximum }),
    name: Name,
  },
  {
    additionalProperties: false,
    examples: [{ email: 'ada@example.com', password: 'correct horse battery', name: 'Ada Lovelace' }],
  },
);
export type NewUser = Static<typeof NewUser>;

export const User = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: Type.Enum(['customer', 'admin']),
  createdAt: Timestamp,
});
export type User = Static<typeof User>;

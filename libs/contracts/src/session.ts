import Type, { type Static } from 'typebox';
import { FreeText } from './scalars.ts';

/** Looser than a registration: whatever does not match is an unknown pair, not a malformed one. */
export const NewSession = Type.Object(
  { email: FreeText({ minLength: 1, maxLength: 254 }), password: FreeText({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false, examples: [{ email: 'ada@example.com', password: 'correct horse battery' }] },
);
export type NewSession = Static<typeof NewSession>;

export const Session = Type.Object({
  accessToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'seconds' }),
});
export type Session = Static<typeof Session>;

/** RFC 7517, the public members of an elliptic-curve key alone: nothing else of a key ever leaves. */
const PublicKey = Type.Object({
  kty: Type.String(),
  crv: Type.String(),
  x: Type.String(),
  y: Type.String(),
  kid: Type.String(),
  alg: Type.String(),
  use: Type.String(),
});
export const PublicKeySet = Type.Object(
  { keys: Type.Array(PublicKey) },
  { description: 'RFC 7517: the keys that access tokens are signed with' },
);
export type PublicKeySet = Static<typeof PublicKeySet>;

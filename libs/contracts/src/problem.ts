import Type from 'typebox';

/** RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'stable, kebab-case' }),
    detail: Type.String(),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String({ description: 'JSON pointer' }), message: Type.String() }))),
  },
  { description: 'what went wrong' },
);

import Type from 'typebox';

/** RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'stable, kebab-case' }),
    detail: Type.String(),
    requestId: Type.String({ description: 'equal to the header x-request-id' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String({ description: 'JSON pointer' }), message: Type.String() })),
    ),
  },
  {
    description: 'what went wrong',
    examples: [
      {
        type: 'urn:slipway:problem:not-found',
        title: 'There is no such thing here',
        status: 404,
        code: 'not-found',
        detail: 'There is no such thing here',
        requestId: '8f6b1c9e-5d0a-4f0e-9d0f-3f4a5b6c7d8e',
      },
    ],
  },
);

import swagger from '@fastify/swagger';
import { Problem } from '@shop/contracts';
import type { FastifySchema } from 'fastify';
import type { App } from './app-type.ts';

/** What any operation of its sort may answer, beside what its route declares. */
const common = {
  always: {
    400: 'the request is not understood',
    429: 'too many requests',
    503: 'a part of the shop is away or overloaded',
    504: 'a part of the shop is too slow',
  },
  secured: { 401: 'no valid access token' },
  withBody: { 413: 'the body is too large', 415: 'the body is not application/json' },
};

/**
 * Serves the routes that are registered from now on as an OpenAPI 3.1 document. Routes without tags are not part of it:
 * internal ones, and the document itself.
 */
export async function openApiRoutes(app: App, title: string): Promise<void> {
  app.addSchema({ $id: 'Problem', ...Problem });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version: '1' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: ({ $id }, _uri, _fragment, index) => String($id ?? `schema-${index}`) },
    transform: ({ schema, url }) => ({ schema: withRefusals(schema), url }),
  });
  app.get('/openapi.json', () => app.swagger());
}

function withRefusals(schema: FastifySchema = {}): FastifySchema {
  const { security, body } = schema;
  const response = (schema.response ?? {}) as Record<string, { description?: string }>;
  const refusals: Record<string, string> = {
    ...common.always,
    ...(security === undefined ? {} : common.secured),
    ...(body === undefined ? {} : common.withBody),
  };
  const answers: Record<string, object> = {};
  for (const status of Object.keys({ ...refusals, ...response })) {
    const declared = response[status];
    const description = refusals[status] ?? declared?.description ?? status;
    answers[status] = Number(status) < 400 && declared !== undefined ? declared : refusal(description);
  }
  return { ...schema, response: answers };
}

function refusal(description: string): object {
  return { description, content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } };
}

import { Problem } from '@shop/contracts';
import { fastify, type FastifySchema, type RouteOptions } from 'fastify';
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
export function openApiRoutes(app: App, title: string): void {
  app.addSchema({ $id: 'Problem', ...Problem });
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') routes.push(route);
  });
  let document: Promise<object> | undefined;
  app.get('/openapi.json', () => (document ??= createDocument(title, app.getSchemas(), routes)));
}

/**
 * Made when it is first asked for: loading the generator takes a fifth of a service's start. It reads the routes off an
 * app that it was registered in before them; one that serves nothing has them too.
 */
async function createDocument(
  title: string,
  schemas: Record<string, unknown>,
  routes: RouteOptions[],
): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger');
  const described = fastify({ exposeHeadRoutes: false });
  described.setValidatorCompiler(() => () => true);
  described.setSerializerCompiler(() => JSON.stringify);
  await described.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version: '1' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: ({ $id }, _uri, _fragment, index) => String($id ?? `schema-${index}`) },
    transform: ({ schema, url }) => ({ schema: withRefusals(schema), url }),
  });
  for (const schema of Object.values(schemas)) described.addSchema(schema);
  for (const { method, url, schema, config } of routes) {
    described.route({
      method,
      url,
      handler: () => undefined,
      ...(schema && { schema }),
      ...(config && { config }),
    });
  }
  await described.ready();
  return described.swagger();
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

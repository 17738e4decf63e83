import { Problem } from '@shop/contracts';
import type { App } from './app.ts';

type RouteSchema = {
  summary?: string;
  tags?: string[];
  security?: object[];
  params?: PartSchema;
  querystring?: PartSchema;
  headers?: PartSchema;
  body?: object;
  response?: Record<string, { description?: string }>;
};
type PartSchema = { properties?: Record<string, { description?: string; default?: unknown }>; required?: string[] };

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
const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Serves the service's routes as OpenAPI 3.1, whose schemas are JSON Schema: the route's own, as they are. */
export function openApiRoutes(app: App, title: string): void {
  const paths: Record<string, Record<string, object>> = {};
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema === undefined || 'hide' in schema || url.startsWith('/internal/')) return;
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    for (const name of [method].flat()) {
      if (name === 'HEAD') continue;
      paths[path] = { ...paths[path], [name.toLowerCase()]: operation(schema as RouteSchema) };
    }
  });
  app.get('/openapi.json', { schema: { hide: true } as object }, () => ({
    openapi: '3.1.0',
    info: { title, version: '1' },
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }));
}

function operation({
  summary,
  tags,
  security,
  params,
  querystring,
  headers,
  body,
  response = {},
}: RouteSchema): object {
  const parameters = [
    ...parametersIn('path', params),
    ...parametersIn('query', querystring),
    ...parametersIn('header', headers),
  ];
  const refusals = {
    ...common.always,
    ...(security === undefined ? {} : common.secured),
    ...(body === undefined ? {} : common.withBody),
  };
  const answers: Record<string, object> = {};
  for (const [status, description] of Object.entries(refusals))
    answers[status] = { description, content: problemContent };
  for (const [status, schema] of Object.entries(response)) {
    const content = Number(status) >= 400 ? problemContent : { 'application/json': { schema } };
    answers[status] = { description: schema.description ?? status, content };
  }
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(tags === undefined ? {} : { tags }),
    ...(security === undefined ? {} : { security }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: answers,
  };
}

function parametersIn(place: string, { properties = {}, required = [] }: PartSchema = {}): object[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    // What has a default may be left out.
    required: place === 'path' || (required.includes(name) && schema.default === undefined),
    schema,
  }));
}

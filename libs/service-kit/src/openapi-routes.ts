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
type PartSchema = { properties?: Record<string, { description?: string }>; required?: string[] };

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
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  }));
}

function operation({ summary, tags, security, params, querystring, headers, body, response = {} }: RouteSchema): object {
  const parameters = [...parametersIn('path', params), ...parametersIn('query', querystring), ...parametersIn('header', headers)];
  const answers = Object.entries(response).map(([status, schema]) => {
    const type = Number(status) >= 400 ? 'application/problem+json' : 'application/json';
    return [status, { description: schema.description ?? status, content: { [type]: { schema } } }];
  });
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(tags === undefined ? {} : { tags }),
    ...(security === undefined ? {} : { security }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: Object.fromEntries(answers),
  };
}

function parametersIn(place: string, { properties = {}, required = [] }: PartSchema = {}): object[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

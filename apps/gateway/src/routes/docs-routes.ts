import { contextOf, type App } from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';
import type { createMergedOpenApi } from '../docs/merged-openapi.ts';

const hidden = { schema: { hide: true } as object };

/** Everything comes from this process; nothing inline runs. `data:` is for the icons inside the stylesheet. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The document is part of the API; the page to try it out is for where people develop. */
export async function docsRoutes(
  app: App,
  mergedOpenApi: ReturnType<typeof createMergedOpenApi>,
  { hasPage }: { hasPage: boolean },
): Promise<void> {
  app.get('/openapi.json', hidden, (request) => mergedOpenApi(contextOf(request)));
  if (!hasPage) return;
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  // Of whoever asks for the root only a browser is led to the page: to all others there is no such route, by any method.
  app.get('/', { ...hidden, config: { isUnlisted: true } }, (request, reply) => {
    if (!acceptsHtml(request.headers.accept)) throw commonProblems.notFound({ detail: 'there is no such route' });
    return reply.header('vary', 'accept').redirect('/docs');
  });
  // The page reads /openapi.json. Its plugin wants a document of this app's own beside it, which stays empty.
  const document = { openapi: '3.1.0', info: { title: 'shop', version: '1' }, paths: {} };
  await app.register(swagger, { mode: 'static', specification: { document } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      urls: [{ name: 'shop', url: '/openapi.json' }],
      tryItOutEnabled: true,
      displayRequestDuration: true,
      deepLinking: true,
    },
    staticCSP: pagePolicy,
    theme: { title: 'shop API' },
  });
}

/** Whether HTML is named, as browsers do it; that anything will do is no wish for a page. */
function acceptsHtml(accept = ''): boolean {
  return accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'text/html' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

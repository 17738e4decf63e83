import { contextOf, type App } from '@shop/service-kit';
import { docsPage, docsPolicy } from '../docs/docs-page.ts';
import type { createMergedOpenApi } from '../docs/merged-openapi.ts';

const hidden = { schema: { hide: true } as object };

/** The document is part of the API; the page to try it out is for where people develop. */
export function docsRoutes(
  app: App,
  mergedOpenApi: ReturnType<typeof createMergedOpenApi>,
  { hasPage }: { hasPage: boolean },
): void {
  app.get('/openapi.json', hidden, (request) => mergedOpenApi(contextOf(request)));

  if (!hasPage) return;
  app.get('/docs', hidden, (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', docsPolicy).send(docsPage),
  );
}

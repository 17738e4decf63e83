import type { App, JsonWebKeySet } from '@shop/service-kit';

export function jwksRoutes(app: App, published: () => JsonWebKeySet): void {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        summary: 'Public keys of access tokens',
        tags: ['sessions'],
        response: { 200: { description: 'RFC 7517', type: 'object' } },
      },
    },
    (_request, reply) => reply.header('cache-control', 'public, max-age=60').send(published()),
  );
}

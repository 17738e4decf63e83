import { PublicKeySet } from '@shop/contracts';
import type { App } from '@shop/service-kit';

export function jwksRoutes(app: App, published: () => PublicKeySet): void {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        summary: 'Public keys of access tokens',
        tags: ['sessions'],
        response: { 200: PublicKeySet },
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return published();
    },
  );
}

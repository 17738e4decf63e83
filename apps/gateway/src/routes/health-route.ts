import type { App, Readiness } from '@shop/service-kit';

// Fastify's own schema type has no `hide`.
const hidden = { schema: { hide: true } as object };

/** For load balancers outside: whether this process serves, and nothing about why not. */
export function healthRoute(app: App, readiness: Readiness): void {
  app.get('/healthz', hidden, async (_request, reply) => {
    const { isReady } = await readiness.report();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable' });
  });
}

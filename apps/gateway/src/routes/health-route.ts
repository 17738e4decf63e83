import type { App, Readiness } from '@shop/service-kit';

/** For load balancers outside: whether this process serves, and nothing about why not. */
export function healthRoute(app: App, readiness: Readiness): void {
  app.get('/healthz', { schema: { hide: true } as object }, async (_request, reply) => {
    const { isReady } = await readiness.report();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'unavailable' });
  });
}

import { NewSession, Problem, Session } from '@shop/contracts';
import { clientAddress, type AcceptedKeys, type App } from '@shop/service-kit';
import type { Sessions } from '../sessions/sessions.ts';

export function sessionRoutes(
  app: App,
  { sessions, gatewayKeys }: { sessions: Sessions; gatewayKeys: AcceptedKeys },
): void {
  app.post(
    '/api/v1/sessions',
    {
      schema: {
        summary: 'Sign in',
        tags: ['sessions'],
        body: NewSession,
        response: { 201: Session, 400: Problem, 401: Problem, 429: Problem },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await sessions.open(request.body, clientAddress(request, gatewayKeys))),
  );
}

import { Id } from '@shop/contracts';
import type { App } from '@shop/service-kit';
import Type from 'typebox';
import type { Revocations } from '../orders/revocations.ts';

/** For the gateway; the app asks for its key before it looks at the route. */
export function executionRoutes(app: App, revocations: Revocations): void {
  app.delete(
    '/internal/v1/executions/:executionId',
    { schema: { params: Type.Object({ executionId: Id }) } },
    async (request, reply) => {
      await revocations.revoke(request.params.executionId);
      return reply.code(204).send();
    },
  );
}

import { Id, NewReservation, Reservation } from '@shop/contracts';
import { addLogFields, type App } from '@shop/service-kit';
import Type from 'typebox';
import type { Reservations } from '../reservations/reservations.ts';

/** For the order service; the app asks for its key before it looks at the route. */
export function reservationRoutes(app: App, reservations: Reservations): void {
  app.post(
    '/internal/v1/reservations',
    { schema: { body: NewReservation, response: { 200: Reservation } } },
    (request) => {
      addLogFields({ orderId: request.body.orderId });
      return reservations.reserve(request.body);
    },
  );

  app.delete(
    '/internal/v1/reservations/:orderId',
    { schema: { params: Type.Object({ orderId: Id }) } },
    async (request, reply) => {
      addLogFields({ orderId: request.params.orderId });
      await reservations.release(request.params.orderId);
      return reply.code(204).send();
    },
  );
}

import Type, { type Static } from 'typebox';
import { NewOrder } from './order.ts';
import { Id } from './scalars.ts';

/** `POST /internal/v1/reservations`: the stock of an order, held once however often it is asked for. */
export const NewReservation = Type.Object(
  { orderId: Id, items: NewOrder.properties.items },
  { additionalProperties: false },
);
export type NewReservation = Static<typeof NewReservation>;

export const Reservation = Type.Object({
  orderId: Id,
  currency: Type.String(),
  items: Type.Array(Type.Object({ productId: Id, quantity: Type.Integer(), unitPriceCents: Type.Integer() })),
});
export type Reservation = Static<typeof Reservation>;

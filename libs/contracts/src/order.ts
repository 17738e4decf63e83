import Type, { type Static } from 'typebox';
import { limits } from './limits.ts';
import { Page } from './page.ts';
import { Id, Timestamp } from './scalars.ts';

export const orderStatuses = ['pending', 'confirmed', 'rejected', 'cancelled'] as const;

const NewOrderItem = Type.Object(
  { productId: Id, quantity: Type.Integer({ minimum: 1, maximum: limits.quantity }) },
  { additionalProperties: false },
);

export const NewOrder = Type.Object(
  {
    items: Type.Array(NewOrderItem, {
      minItems: 1,
      maxItems: limits.orderItems,
      description: 'a product at most once',
    }),
  },
  {
    additionalProperties: false,
    examples: [{ items: [{ productId: '01935a5d-ac96-774b-8cce-b302099a8057', quantity: 2 }] }],
  },
);
export type NewOrder = Static<typeof NewOrder>;

export const Order = Type.Object({
  id: Id,
  status: Type.Enum([...orderStatuses]),
  items: Type.Array(
    Type.Object({
      productId: Id,
      quantity: Type.Integer(),
      unitPriceCents: Type.Union([Type.Integer(), Type.Null()], { description: 'null until the order is confirmed' }),
    }),
  ),
  totalCents: Type.Union([Type.Integer(), Type.Null()]),
  currency: Type.Union([Type.String(), Type.Null()]),
  createdAt: Timestamp,
});
export type Order = Static<typeof Order>;

export const OrderPage = Page(Order);
export type OrderPage = Static<typeof OrderPage>;

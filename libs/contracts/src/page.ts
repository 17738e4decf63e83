import Type, { type TSchema } from 'typebox';
import { limits } from './limits.ts';

export const PageQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: limits.page.maximum, default: limits.page.default }),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'nextCursor of the page before' })),
});

export function Page<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}

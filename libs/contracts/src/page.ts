import Type, { type TSchema } from 'typebox';
import { limits } from './limits.ts';

/** 16 bytes as base64url: the last character carries two bits. */
const Cursor = Type.String({ pattern: '^[A-Za-z0-9_-]{21}[AQgw]$', description: 'nextCursor of the page before' });

export const PageQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: limits.page.maximum, default: limits.page.default }),
  cursor: Type.Optional(Cursor),
});

export function Page<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}

import Type from 'typebox';
import { limits } from './limits.ts';

/** Canonical lower-case form only: one thing has one name. */
export const Id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUIDv7',
  examples: ['01935a5d-ac96-774b-8cce-b302099a8057'],
});
export const Timestamp = Type.String({ description: 'RFC 3339, UTC', examples: ['2026-11-23T12:00:00.000Z'] });
/** Postgres stores no NUL; a lone surrogate is refused before any schema is asked. */
export function FreeText(options: { minLength?: number; maxLength: number; description?: string }) {
  return Type.String({ ...options, pattern: '^[^\\u0000]*$' });
}
export const Name = FreeText({ minLength: 1, maxLength: limits.name });
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' });
export const PriceCents = Type.Integer({ minimum: 0, maximum: limits.priceCents });
export const Stock = Type.Integer({ minimum: 0, maximum: limits.stock });

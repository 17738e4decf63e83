import { createHash } from 'node:crypto';
import type { NewOrder } from '@shop/contracts';

/** The same for the same order, however its JSON was written. */
export function fingerprint({ items }: NewOrder): Buffer {
  const canonical = JSON.stringify(items.map(({ productId, quantity }) => [productId, quantity]));
  return createHash('sha256').update(canonical).digest();
}

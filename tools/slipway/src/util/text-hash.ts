import { createHash } from 'node:crypto';

/** 16 hex digits that change when `text` does. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

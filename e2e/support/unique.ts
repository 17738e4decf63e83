import { randomUUID } from 'node:crypto';

/** A word that no other test, worker or run uses: tests share one stack and clean nothing up. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID()}`;
}

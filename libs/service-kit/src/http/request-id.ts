import { randomUUID } from 'node:crypto';

const accepted = /^[A-Za-z0-9._-]{1,64}$/;

/** The client's request id if it is harmless, otherwise a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && accepted.test(header) ? header : randomUUID();
}

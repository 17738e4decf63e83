import pg from 'pg';

/** Serialization failure or deadlock: the same transaction may succeed when it runs again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01');
}

/** Classes 08 (connection), 53 (resources), 57 (operator: shutdown, starting, statement timeout) are not the query's fault. */
export function isServerAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|53|57)/.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return connectionCodes.has(code ?? '') || connectionMessage.test(error.message);
}

/** Nothing came back at all, where a server that is merely down would have refused. */
export function isServerSilent(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof pg.DatabaseError) return false;
  return (error as NodeJS.ErrnoException).code === 'ETIMEDOUT' || /timeout/i.test(error.message);
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
// pg gives these no code.
const connectionMessage =
  /Connection terminated|timeout expired|Query read timeout|not queryable|Client was closed|timeout exceeded/i;

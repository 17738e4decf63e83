import { commonProblems } from './problem.ts';

/** Opaque to clients: the id of the last row they have seen. Every text of the contract's pattern is a cursor. */
export function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  if (hex.length === 32 && encodeCursor(id) === cursor) return id;
  throw commonProblems.validationFailed({ errors: [{ path: '/cursor', message: 'is not a cursor of this list' }] });
}

/** A page out of `limit + 1` rows: the extra one says that there are more. */
export function toPage<Row extends { id: string }, Item>(rows: Row[], limit: number, toItem: (row: Row) => Item) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(toItem), nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null };
}

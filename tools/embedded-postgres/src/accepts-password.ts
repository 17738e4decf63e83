type Login = { port: number; user: string; password: string };

/** What Postgres says of a wrong password, of a role that is not there or may not log in (SQLSTATE). */
const REFUSALS = ['28P01', '28000'];

/** Whether the server on this machine lets `user` in with `password`. Throws when it cannot be asked. */
export async function acceptsPassword({ port, user, password }: Login): Promise<boolean> {
  // Only data folders that were there before are asked: the first start does without the client.
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres' });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (REFUSALS.includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

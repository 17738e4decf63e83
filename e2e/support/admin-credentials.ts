import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { kubectl } from './kubectl.ts';
import { target } from './target.ts';

export type Credentials = { email: string; password: string };

const ENV_FILE = join(import.meta.dirname, '..', '..', 'apps', 'user', '.env');

/** The first admin's: from the environment, else from the cluster's Secret, else from what `npm start` wrote. */
export async function adminCredentials(): Promise<Credentials> {
  const { ADMIN_EMAIL, ADMIN_PASSWORD } = { ...(await stored()), ...process.env };
  if (ADMIN_EMAIL === undefined || ADMIN_PASSWORD === undefined) {
    throw new Error(`no admin to sign in as: set ADMIN_EMAIL and ADMIN_PASSWORD of the stack at ${target.gatewayUrl}`);
  }
  return { email: ADMIN_EMAIL, password: ADMIN_PASSWORD };
}

async function stored(): Promise<NodeJS.Dict<string>> {
  if (process.env.ADMIN_EMAIL !== undefined && process.env.ADMIN_PASSWORD !== undefined) return {};
  if (target.kubeContext === undefined) return parseEnv(readFileSync(ENV_FILE, 'utf8'));
  const { data } = JSON.parse(await kubectl(['get', 'secret', 'user', '-o', 'json'])) as {
    data: Record<string, string>;
  };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SeedError } from './seed-error.ts';

export type Credentials = { email: string; password: string };

const workspaceRoot = join(import.meta.dirname, '../../..');

/** ADMIN_EMAIL and ADMIN_PASSWORD of `environment`, else of what `npm start` has generated. */
export async function adminCredentials({ ADMIN_EMAIL, ADMIN_PASSWORD }: NodeJS.ProcessEnv): Promise<Credentials> {
  const found = credentialsIn({ ADMIN_EMAIL, ADMIN_PASSWORD }) ?? credentialsIn(await readDotEnv());
  if (found !== undefined) return found;
  throw new SeedError('apps/user/.env has no ADMIN_EMAIL and ADMIN_PASSWORD; both can be set in the environment');
}

export function credentialsIn({
  ADMIN_EMAIL: email,
  ADMIN_PASSWORD: password,
}: NodeJS.Dict<string>): Credentials | undefined {
  return email && password ? { email, password } : undefined;
}

async function readDotEnv(): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await readFile(join(workspaceRoot, 'apps/user/.env'), 'utf8'));
  } catch (error) {
    throw new SeedError('there is no apps/user/.env yet: npm start makes it', error);
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Credentials } from '@shop/client';
import { UserError } from '@slipway/util/errors';
import { workspaceRoot } from '@slipway/util/workspace-root';

/** ADMIN_EMAIL and ADMIN_PASSWORD of `environment`, else of what `npm start` has generated. */
export async function adminCredentials({ ADMIN_EMAIL, ADMIN_PASSWORD }: NodeJS.ProcessEnv): Promise<Credentials> {
  const found = credentialsIn({ ADMIN_EMAIL, ADMIN_PASSWORD }) ?? credentialsIn(await readDotEnv());
  if (found !== undefined) return found;
  throw new UserError('apps/user/.env has no ADMIN_EMAIL and ADMIN_PASSWORD', { hint: 'set both in the environment' });
}

export function credentialsIn({
  ADMIN_EMAIL: email,
  ADMIN_PASSWORD: password,
}: NodeJS.Dict<string>): Credentials | undefined {
  return email && password ? { email, password } : undefined;
}

async function readDotEnv(): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await readFile(join(workspaceRoot(import.meta.dirname), 'apps/user/.env'), 'utf8'));
  } catch (error) {
    throw new UserError('there is no apps/user/.env yet', { hint: 'npm start', cause: error });
  }
}

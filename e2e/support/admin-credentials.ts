import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Credentials } from '@shop/client';
import { target } from './target.ts';

const ENV_FILE = join(import.meta.dirname, '..', '..', 'apps', 'user', '.env');

/** The first admin's: from the environment, which for a cluster has its own; else from what `npm start` wrote. */
export function adminCredentials(): Credentials {
  const { ADMIN_EMAIL, ADMIN_PASSWORD } = { ...stored(), ...process.env };
  if (ADMIN_EMAIL === undefined || ADMIN_PASSWORD === undefined) {
    throw new Error(`no admin to sign in as: set ADMIN_EMAIL and ADMIN_PASSWORD of the stack at ${target.gatewayUrl}`);
  }
  return { email: ADMIN_EMAIL, password: ADMIN_PASSWORD };
}

function stored(): NodeJS.Dict<string> {
  if (target.kubeContext !== undefined || !existsSync(ENV_FILE)) return {};
  return parseEnv(readFileSync(ENV_FILE, 'utf8'));
}

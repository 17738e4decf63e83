import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { SeedError } from './seed-error.ts';

export type Credentials = { email: string; password: string };

const workspaceRoot = join(import.meta.dirname, '../../..');
const kubeContext = `kind-${process.env['SLIPWAY_CLUSTER'] ?? 'slipway'}`;
const secretOfUser = ['--context', kubeContext, '--namespace', 'shop', 'get', 'secret', 'user', '--output', 'json'];

/** Of the environment if it names them, else of the stack: the cluster's Secret, or what `npm start` made up. */
export async function adminCredentials(environment: NodeJS.ProcessEnv, isKind: boolean): Promise<Credentials> {
  const fromEnvironment = credentialsIn(environment);
  if (fromEnvironment !== undefined) return fromEnvironment;
  const found = credentialsIn(isKind ? await readSecret() : await readDotEnv());
  if (found !== undefined) return found;
  const place = isKind ? 'Secret user of namespace shop' : 'apps/user/.env';
  throw new SeedError(`${place} has no ADMIN_EMAIL and ADMIN_PASSWORD; both can be set in the environment`);
}

function credentialsIn({ ADMIN_EMAIL: email, ADMIN_PASSWORD: password }: NodeJS.Dict<string>): Credentials | undefined {
  return email && password ? { email, password } : undefined;
}

async function readDotEnv(): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await readFile(join(workspaceRoot, 'apps/user/.env'), 'utf8'));
  } catch (error) {
    throw new SeedError('there is no apps/user/.env yet: npm start makes it', error);
  }
}

async function readSecret(): Promise<NodeJS.Dict<string>> {
  const output = await promisify(execFile)('kubectl', secretOfUser).catch((error: Error & { stderr?: string }) => {
    const reason = error.stderr?.trim() || error.message;
    throw new SeedError(`the Secret user cannot be read (${reason}): npm run up makes the cluster`, error);
  });
  const { data = {} } = JSON.parse(output.stdout) as { data?: Record<string, string> };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

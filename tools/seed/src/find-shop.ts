import { join } from 'node:path';
import { formatProblem, UserError } from '@slipway/util/errors';
import { stackEnvironment } from 'slipway/target';
import { adminCredentials, type Credentials, credentialsIn } from './admin-credentials.ts';
import { SeedError } from './seed-error.ts';

/** The shop to seed. `startCommand`: what brings it up. */
export type FoundShop = { gatewayUrl: string; admin: Credentials; startCommand: string };

export type Where = { isKind: boolean; context: string | undefined };

const workspaceRoot = join(import.meta.dirname, '../../..');
const LOCAL_GATEWAY = 'http://127.0.0.1:3000';

/**
 * The stack in the cluster with `isKind` or a `context`, else that of `npm start`. What the environment says of GATEWAY_URL,
 * ADMIN_EMAIL and ADMIN_PASSWORD comes first; otherwise address and credentials are those of one stack. Throws SeedError.
 */
export async function findShop({ isKind, context }: Where, environment: NodeJS.ProcessEnv): Promise<FoundShop> {
  const inCluster = isKind || context !== undefined;
  const found = inCluster && !isComplete(environment) ? await readCluster(context) : {};
  const known = { ...found, ...given(environment) };
  const gatewayUrl = known.GATEWAY_URL ?? LOCAL_GATEWAY;
  if (!URL.canParse(gatewayUrl)) throw new SeedError(`GATEWAY_URL is not a URL: ${gatewayUrl}`);
  const admin = inCluster ? credentialsIn(known) : await adminCredentials(known);
  if (admin === undefined) {
    throw new SeedError(
      'the cluster’s Secret has no ADMIN_EMAIL and ADMIN_PASSWORD; both can be set in the environment',
    );
  }
  return { gatewayUrl, admin, startCommand: inCluster ? 'npm run up' : 'npm start' };
}

const KEYS = ['GATEWAY_URL', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'] as const;

function given(environment: NodeJS.ProcessEnv): NodeJS.Dict<string> {
  return Object.fromEntries(KEYS.filter((key) => environment[key]).map((key) => [key, environment[key]]));
}

function isComplete(environment: NodeJS.ProcessEnv): boolean {
  return KEYS.every((key) => environment[key]);
}

async function readCluster(context: string | undefined): Promise<NodeJS.Dict<string>> {
  try {
    return await stackEnvironment(workspaceRoot, context);
  } catch (error) {
    if (error instanceof UserError) throw new SeedError(formatProblem(error), error);
    throw error;
  }
}

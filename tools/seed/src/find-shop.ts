import type { Credentials } from '@shop/client';
import { UserError } from '@slipway/util/errors';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { stackEnvironment } from 'slipway/target';
import { adminCredentials, credentialsIn } from './admin-credentials.ts';

/** The shop to seed. `startCommand`: what brings it up. */
export type FoundShop = { gatewayUrl: string; admin: Credentials; startCommand: string };

export type Where = { isKind: boolean; context: string | undefined };

const LOCAL_GATEWAY = 'http://127.0.0.1:3000';

/**
 * The stack in the cluster with `isKind` or a `context`, else that of `npm start`. What the environment says of GATEWAY_URL,
 * ADMIN_EMAIL and ADMIN_PASSWORD comes first; otherwise address and credentials are those of one stack. Throws UserError.
 */
export async function findShop({ isKind, context }: Where, environment: NodeJS.ProcessEnv): Promise<FoundShop> {
  const inCluster = isKind || context !== undefined;
  const found =
    inCluster && !isComplete(environment) ? await stackEnvironment(workspaceRoot(import.meta.dirname), context) : {};
  const known = { ...found, ...given(environment) };
  const gatewayUrl = known.GATEWAY_URL ?? LOCAL_GATEWAY;
  if (!URL.canParse(gatewayUrl)) throw new UserError(`GATEWAY_URL is not a URL: ${gatewayUrl}`);
  const admin = inCluster ? credentialsIn(known) : await adminCredentials(known);
  if (admin === undefined) {
    const hint = 'set both in the environment';
    throw new UserError('the Secret in the cluster has no ADMIN_EMAIL and ADMIN_PASSWORD', { hint });
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

import type { ServiceContract } from '../contract/service-contract.ts';
import type { Fault } from '../faults/fault.ts';
import { volumeClaims } from '../inventory/volume-claims.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { databaseClaim, databaseName } from '../manifests/defaults/database.ts';
import { knownSecrets } from '../overlay/known-secrets.ts';

/** A database with a volume, of whose logins the cluster holds none any more. */
export type LostLogin = { service: string; claim: string };

/** Looks for them: their Secrets were pruned with their service, or deleted by hand, and their volumes stayed. */
export async function lostLogins(
  workspaceRoot: string,
  stack: string,
  contracts: ServiceContract[],
  api: KubeApi,
): Promise<LostLogin[]> {
  const [claims, { loginsInCluster }] = await Promise.all([
    volumeClaims(api, stack),
    knownSecrets(workspaceRoot, stack, contracts, api),
  ]);
  return contracts
    .filter(({ name, hasDatabase }) => hasDatabase && !loginsInCluster.has(name))
    .map(({ name }) => ({ service: name, claim: databaseClaim(name) }))
    .filter(({ claim }) => claims.includes(claim));
}

/** The same as faults: a login that is made up for kubectl to apply would open nothing. */
export async function lostLoginFaults(...args: Parameters<typeof lostLogins>): Promise<Fault[]> {
  const [, stack, , api] = args;
  return (await lostLogins(...args)).map(({ service, claim }) => ({
    file: `Secret ${stack}/${databaseName(service)}`,
    problem: `is gone, and the volume ${claim} that it opened is there`,
    cure: `npx nx run ${service}:deploy-kind --context ${api.context}, which sets another password in the database`,
  }));
}

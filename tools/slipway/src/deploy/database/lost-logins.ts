import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { volumeClaims } from '../../kubernetes/apply/inventory/volume-claims.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { databaseClaim, databaseName } from '../../manifests/defaults/database.ts';
import { knownSecrets } from '../../manifests/overlay/known-secrets.ts';

/** A database with a volume, of whose logins the cluster holds none any more. */
export type LostLogin = { service: string; claim: string };

/** Looks for them: their Secrets were pruned with their service, or deleted by hand, and their volumes stayed. */
export async function lostLogins(
  workspaceRoot: string,
  stack: string,
  serviceSpecs: ServiceSpec[],
  api: KubeApi,
): Promise<LostLogin[]> {
  const [claims, { loginsInCluster }] = await Promise.all([
    volumeClaims(api, stack),
    knownSecrets(workspaceRoot, stack, serviceSpecs, api),
  ]);
  return serviceSpecs
    .filter(({ name, hasDatabase }) => hasDatabase && !loginsInCluster.has(name))
    .map(({ name }) => ({ service: name, claim: databaseClaim(name) }))
    .filter(({ claim }) => claims.includes(claim));
}

/** The same as problems: a generated login that kubectl applies would not open the database. */
export async function lostLoginProblems(...args: Parameters<typeof lostLogins>): Promise<Problem[]> {
  const [, stack, , api] = args;
  return (await lostLogins(...args)).map(({ service, claim }) => ({
    file: `Secret ${stack}/${databaseName(service)}`,
    message: `is gone, and the volume ${claim} that it opened is there`,
    hint: `npx nx run ${service}:deploy-kind --context ${api.context}, which sets another password in the database`,
  }));
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loginOf } from '../contract/database-login.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { Fault } from '../faults/fault.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { clusterPlace } from './cluster-place.ts';
import { clusterSecrets, declaredSecrets, type DeclaredSecrets } from './declared-secrets.ts';
import { readSecrets, type SecretData } from './read-secrets.ts';
import { GENERATED, secretFile } from './secret-files.ts';
import { parseSecretManifest } from './secret-manifest.ts';

/** The secrets that exist already. */
export type KnownSecrets = DeclaredSecrets & {
  /** Services whose login to their database the cluster holds; for others it may not be the one that an old volume knows. */
  loginsInCluster: Set<string>;
};

/**
 * The secrets that exist already: what the cluster holds wins, the files in deploy/dev/generated are its copy. Without
 * this a fresh clone would make up passwords that an old volume does not know.
 */
export async function knownSecrets(
  workspaceRoot: string,
  stack: string,
  contracts: ServiceContract[],
  api: KubeApi | undefined,
): Promise<KnownSecrets> {
  const inCluster = api === undefined ? {} : await readSecrets(api, stack);
  const lacking = contracts
    .flatMap(({ name, hasDatabase }) => [name, ...(hasDatabase ? [databaseName(name)] : [])])
    .filter((secret) => inCluster[secret] === undefined);
  const copies = await readCopies(workspaceRoot, lacking);
  const live = clusterSecrets(contracts, inCluster, { context: api?.context ?? '', stack });
  const copied = declaredSecrets(contracts, copies.secrets, {
    file: copyPath,
    removal: (secret) => `rm ${copyPath(secret)}: the next deploy writes it anew`,
  });
  const known: KnownSecrets = {
    environments: {},
    databases: {},
    faults: [...live.faults, ...copied.faults, ...copies.faults],
    loginsInCluster: new Set(),
  };
  for (const { name, keys } of contracts) {
    const environment = { ...copied.environments[name], ...live.environments[name] };
    known.environments[name] = environment;
    const urlKey = keys.find(({ source }) => source.kind === 'postgres-url')?.name;
    if (urlKey === undefined) continue;
    const own = loginOf(live.environments[name]?.[urlKey]);
    if (own !== undefined || live.databases[name] !== undefined) known.loginsInCluster.add(name);
    const database = live.databases[name] ?? copied.databases[name];
    if (database === undefined) continue;
    known.databases[name] = database;
    // During a rotation the service's login is ahead of the database's Secret. The copy here may be older than the volume.
    environment[urlKey] = clusterPlace.databaseUrl(name, own ?? database);
  }
  return known;
}

async function readCopies(
  workspaceRoot: string,
  names: string[],
): Promise<{ secrets: Record<string, SecretData>; faults: Fault[] }> {
  const secrets: Record<string, SecretData> = {};
  const faults: Fault[] = [];
  for (const name of names) {
    const text = await readFile(join(workspaceRoot, copyPath(name)), 'utf8').catch(ignoreMissing);
    if (text === undefined) continue;
    const data = parseSecretManifest(text);
    if (data !== undefined) secrets[name] = data;
    else {
      faults.push({
        file: copyPath(name),
        problem: 'is not the Secret that slipway has written there',
        cure: `rm ${copyPath(name)}: the next deploy writes it anew`,
      });
    }
  }
  return { secrets, faults };
}

function copyPath(secret: string): string {
  return `${GENERATED}/${secretFile(secret)}`;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

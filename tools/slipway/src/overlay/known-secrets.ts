import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterPlace } from './cluster-place.ts';
import { type DatabaseLogin, loginOf } from '../contract/database-login.ts';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { readSecrets } from './read-secrets.ts';
import { GENERATED } from './secret-files.ts';

export type KnownSecrets = {
  /** Service → the secret part of its environment. */
  environments: Record<string, Environment>;
  /** Service → the login that its database's own Secret holds. */
  databases: Record<string, DatabaseLogin>;
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
  const local = (name: string) => readEnvFile(join(workspaceRoot, GENERATED, `${name}.env`));
  const known: KnownSecrets = { environments: {}, databases: {} };
  for (const { name, keys } of contracts) {
    const [copy, databaseCopy] = await Promise.all([local(name), local(databaseName(name))]);
    const environment = { ...copy, ...inCluster[name] };
    known.environments[name] = environment;
    const urlKey = keys.find(({ source }) => source.kind === 'postgres-url')?.name;
    if (urlKey === undefined) continue;
    const database = databaseLogin(name, inCluster[databaseName(name)] ?? databaseCopy);
    if (database === undefined) continue;
    known.databases[name] = database;
    // During a rotation the service's login is ahead of the database's Secret. The copy here may be older than the volume.
    const own = loginOf(inCluster[name]?.[urlKey]);
    environment[urlKey] = clusterPlace.databaseUrl(name, own ?? database);
  }
  return known;
}

/** Secrets that were made before logins alternated name no user: it was the service's name. */
function databaseLogin(service: string, secret: Environment): DatabaseLogin | undefined {
  const { POSTGRES_USER: user = service, POSTGRES_PASSWORD: password } = secret;
  return password === undefined ? undefined : { user, password };
}

/** kustomize reads these files literally: no quotes, no escapes, one line per key. */
async function readEnvFile(path: string): Promise<Environment> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

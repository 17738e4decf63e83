import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterPlace } from './cluster-place.ts';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { GENERATED } from './generated-component.ts';

type SecretList = { items: { metadata: { name: string }; data?: Record<string, string> }[] };

/**
 * The secrets that exist already: what the cluster holds wins, the files in deploy/dev/generated are its copy. Without
 * this a fresh clone would make up passwords that an old volume does not know.
 */
export async function knownSecrets(
  workspaceRoot: string,
  stack: string,
  contracts: ServiceContract[],
  api: KubeApi | undefined,
): Promise<Record<string, Environment>> {
  const list = await api?.get<SecretList>(`/api/v1/namespaces/${stack}/secrets`);
  const inCluster = (name: string): Environment => {
    const data = list?.items.find((secret) => secret.metadata.name === name)?.data ?? {};
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  };
  const known = await Promise.all(
    contracts.map(async ({ name, keys }): Promise<[string, Environment]> => {
      const environment = { ...(await readEnvFile(join(workspaceRoot, GENERATED, `${name}.env`))), ...inCluster(name) };
      const database = {
        ...(await readEnvFile(join(workspaceRoot, GENERATED, `${databaseName(name)}.env`))),
        ...inCluster(databaseName(name)),
      };
      const urlKey = keys.find(({ source }) => source.kind === 'postgres-url')?.name;
      // The database's own Secret is what its volume was made with.
      if (urlKey !== undefined && database.POSTGRES_PASSWORD !== undefined) {
        environment[urlKey] = clusterPlace.databaseUrl(name, database.POSTGRES_PASSWORD);
      }
      return [name, environment];
    }),
  );
  return Object.fromEntries(known);
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

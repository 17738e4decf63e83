import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loginOf } from '../../services/database-login.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { clusterTarget } from '../defaults/cluster-target.ts';
import { clusterSecrets, declaredSecrets, type DeclaredSecrets } from './declared-secrets.ts';
import { readSecrets, type SecretData } from './read-secrets.ts';
import { GENERATED } from '../../services/secrets/generated-folder.ts';
import { secretFile } from './secret-files.ts';
import { parseSecretManifest } from './secret-manifest.ts';
import { databaseKey } from '../../services/database-key.ts';
import { secretNames } from '../defaults/secret-names.ts';

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
  serviceSpecs: ServiceSpec[],
  api: KubeApi | undefined,
): Promise<KnownSecrets> {
  const inCluster = api === undefined ? {} : await readSecrets(api, stack);
  const lacking = serviceSpecs.flatMap(secretNames).filter((secret) => inCluster[secret] === undefined);
  const copies = await readCopies(workspaceRoot, lacking);
  const live = clusterSecrets(serviceSpecs, inCluster, { context: api?.context ?? '', stack });
  const copied = declaredSecrets(serviceSpecs, copies.secrets, {
    file: copyPath,
    removal: (secret) => `rm ${copyPath(secret)}: the next deploy rewrites it`,
  });
  const known: KnownSecrets = {
    environments: {},
    databases: {},
    problems: [...live.problems, ...copied.problems, ...copies.problems],
    loginsInCluster: new Set(),
  };
  for (const { name, keys } of serviceSpecs) {
    const environment = { ...copied.environments[name], ...live.environments[name] };
    known.environments[name] = environment;
    const urlKey = databaseKey(keys)?.name;
    if (urlKey === undefined) continue;
    const own = loginOf(live.environments[name]?.[urlKey]);
    if (own !== undefined || live.databases[name] !== undefined) known.loginsInCluster.add(name);
    const database = live.databases[name] ?? copied.databases[name];
    if (database === undefined) continue;
    known.databases[name] = database;
    // During a rotation the service's login is ahead of the database's Secret. The copy here may be older than the volume.
    environment[urlKey] = clusterTarget.databaseUrl(name, own ?? database);
  }
  return known;
}

async function readCopies(
  workspaceRoot: string,
  names: string[],
): Promise<{ secrets: Record<string, SecretData>; problems: Problem[] }> {
  const secrets: Record<string, SecretData> = {};
  const problems: Problem[] = [];
  for (const name of names) {
    const text = await readFile(join(workspaceRoot, copyPath(name)), 'utf8').catch(ignoreMissing);
    if (text === undefined) continue;
    const data = parseSecretManifest(text);
    if (data !== undefined) secrets[name] = data;
    else {
      problems.push({
        file: copyPath(name),
        message: 'is not the Secret that slipway has written there',
        hint: `rm ${copyPath(name)}: the next deploy rewrites it`,
      });
    }
  }
  return { secrets, problems };
}

function copyPath(secret: string): string {
  return `${GENERATED}/${secretFile(secret)}`;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

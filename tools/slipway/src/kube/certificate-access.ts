import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { ClusterAccess } from './cluster-access.ts';

type Named<Key extends string, Value> = { name: string } & Record<Key, Value>;
type KubeConfigFile = {
  contexts?: Named<'context', { cluster: string; user: string }>[];
  clusters?: Named<'cluster', Record<string, string>>[];
  users?: Named<'user', Record<string, string>>[];
};

const CLUSTER_KEYS = ['certificate-authority-data', 'server'];
const USER_KEYS = ['client-certificate-data', 'client-key-data'];

/**
 * What kind's kubeconfigs say: a client certificate and an authority, all in one file. Undefined for anything else
 * (tokens, plugins, proxies, several files), which is Kubernetes' own client's to read.
 */
export async function certificateAccess(context: string): Promise<ClusterAccess | undefined> {
  const path = process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  if (path === '' || path.includes(delimiter)) return undefined;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const file = parse(text) as KubeConfigFile | null;
  const names = file?.contexts?.find(({ name }) => name === context)?.context;
  const cluster = file?.clusters?.find(({ name }) => name === names?.cluster)?.cluster;
  const user = file?.users?.find(({ name }) => name === names?.user)?.user;
  if (!isPlain(cluster, CLUSTER_KEYS) || !isPlain(user, USER_KEYS)) return undefined;
  const bytes = (base64: string | undefined) => Buffer.from(base64!, 'base64');
  return {
    server: cluster.server!,
    headers: {},
    tls: {
      ca: bytes(cluster['certificate-authority-data']),
      cert: bytes(user['client-certificate-data']),
      key: bytes(user['client-key-data']),
      rejectUnauthorized: true,
    },
  };
}

function isPlain(part: Record<string, string> | undefined, keys: string[]): part is Record<string, string> {
  return part !== undefined && isDeepStrictEqual(Object.keys(part).sort(), keys);
}

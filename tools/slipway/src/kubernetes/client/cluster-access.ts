import { messageOf, UserError } from '@slipway/util/errors';
import { stringify } from 'yaml';
import type { JsonObject } from '../../util/json-object.ts';
import { type Entry, type Kubeconfig, readKubeconfig } from './kubeconfig.ts';
import { clusterHint, kindCluster } from './target.ts';

/** How to speak to an API server: its address, who we are and whom we trust. */
export type ClusterAccess = {
  server: string;
  headers: Record<string, string>;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; servername?: string; rejectUnauthorized: boolean };
  /** `proxy-url`: an HTTP or SOCKS5 proxy. */
  proxy?: string;
};

/** What kind's kubeconfigs have: a client certificate and an authority, in the file itself. */
const CLUSTER_KEYS = ['certificate-authority-data', 'server'];
const USER_KEYS = ['client-certificate-data', 'client-key-data'];
const NO_TLS = { 'insecure-skip-tls-verify': true };
const PROXIES = ['http:', 'https:', 'socks5:'];

/** What the kubeconfig says of `context`. Throws an error that names the context, or the file with what is wrong in it. */
export async function clusterAccess(context: string): Promise<ClusterAccess> {
  const config = await readKubeconfig();
  const found = config.contexts.find(({ name }) => name === context);
  if (found === undefined) throw noContext(context, config);
  const cluster = named(found, 'cluster', config.clusters);
  const user = named(found, 'user', config.users);
  const server = String(cluster.value.server ?? '');
  if (!URL.canParse(server)) {
    throw new UserError(`the kubeconfig ${cluster.file} is broken: server of cluster "${cluster.name}" is not a URL`);
  }
  const proxy = proxyOf(cluster);
  const access =
    hasOnly(cluster.value, CLUSTER_KEYS) && hasOnly(user.value, USER_KEYS)
      ? certificateAccess(cluster.value, user.value)
      : await anyAccess(found, cluster, user);
  return { server, ...access, ...(proxy === undefined ? {} : { proxy }) };
}

function noContext(context: string, { contexts, files, missing }: Kubeconfig): UserError {
  const known = contexts.map(({ name }) => name).join(', ') || 'none';
  const there = files.filter((file) => !missing.includes(file));
  const read = [...there, ...missing.map((file) => `${file}, which does not exist`)].join(', ');
  const hint = kindCluster(context) === undefined ? undefined : clusterHint(context);
  return new UserError(`kubeconfig has no context "${context}" (it has: ${known}; read: ${read})`, { hint });
}

/** The cluster or user that a context names. */
function named({ name, file, value }: Entry, key: 'cluster' | 'user', entries: Entry[]): Entry {
  const wanted = String(value[key] ?? '');
  const entry = entries.find((candidate) => candidate.name === wanted);
  if (entry === undefined) {
    throw new UserError(
      `the kubeconfig ${file} is broken: context "${name}" names ${key} "${wanted}", which does not exist`,
    );
  }
  return entry;
}

function proxyOf({ name, file, value }: Entry): string | undefined {
  const proxy = value['proxy-url'];
  if (proxy === undefined || proxy === '') return undefined;
  const url = URL.parse(String(proxy));
  if (url !== null && PROXIES.includes(url.protocol)) return url.href;
  throw new UserError(
    `the kubeconfig ${file} is broken: proxy-url of cluster "${name}" is not an http, https or socks5 URL`,
  );
}

function hasOnly(value: JsonObject, keys: string[]): boolean {
  const present = Object.keys(value).filter((key) => value[key] !== '' && key !== 'proxy-url');
  return present.sort().join() === keys.join() && keys.every((key) => typeof value[key] === 'string');
}

function certificateAccess(cluster: JsonObject, user: JsonObject): Pick<ClusterAccess, 'headers' | 'tls'> {
  const bytes = (base64: unknown) => Buffer.from(String(base64), 'base64');
  return {
    headers: {},
    tls: {
      ca: bytes(cluster['certificate-authority-data']),
      cert: bytes(user['client-certificate-data']),
      key: bytes(user['client-key-data']),
      rejectUnauthorized: true,
    },
  };
}

/** Every way to log in that Kubernetes knows. Loaded on demand: the client's import alone costs most of a second. */
async function anyAccess(context: Entry, cluster: Entry, user: Entry): Promise<Pick<ClusterAccess, 'headers' | 'tls'>> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  // As `kubectl proxy` serves it: the client would insist on TLS, kubectl does not.
  const withoutTls = String(cluster.value.server).startsWith('http:');
  const options: Partial<ClusterAccess['tls']> & { headers?: Record<string, string>; auth?: string } = {};
  try {
    config.loadFromString(
      stringify({
        contexts: [{ name: context.name, context: context.value }],
        clusters: [{ name: cluster.name, cluster: withoutTls ? { ...cluster.value, ...NO_TLS } : cluster.value }],
        users: [{ name: user.name, user: user.value }],
        'current-context': context.name,
      }),
    );
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError(`user "${user.name}" of the kubeconfig ${user.file} cannot log in: ${reason}`, {
      cause: error,
    });
  }
  const { auth, headers = {}, ca, cert, key, servername, rejectUnauthorized = true } = options;
  const basic = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  return {
    headers: { ...headers, ...basic },
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
      rejectUnauthorized,
    },
  };
}

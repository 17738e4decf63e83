import { UserError } from '@slipway/util/errors';
import { certificateAccess } from './certificate-access.ts';
import { clusterCure, kindCluster } from './target.ts';

/** How to speak to an API server: its address, who we are and whom we trust. */
export type ClusterAccess = {
  server: string;
  headers: Record<string, string>;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; rejectUnauthorized: boolean };
};

/** What the kubeconfig says of `context`. Throws when it has no such context. */
export async function clusterAccess(context: string): Promise<ClusterAccess> {
  return (await certificateAccess(context)) ?? (await anyAccess(context));
}

/** Every way to log in that Kubernetes knows. Loaded on demand: the client's import alone costs most of a second. */
async function anyAccess(context: string): Promise<ClusterAccess> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromDefault();
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    const cure = kindCluster(context) === undefined ? '' : `. Run: ${clusterCure(context)}`;
    throw new UserError(`kubeconfig has no context "${context}" (it has: ${known.join(', ') || 'none'})${cure}`);
  }
  config.setCurrentContext(context);
  const options: Partial<ClusterAccess['tls']> & { headers?: Record<string, string>; auth?: string } = {};
  await config.applyToHTTPSOptions(options);
  const { auth, headers = {}, ca, cert, key, rejectUnauthorized = true } = options;
  const basic = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  return {
    server: config.getCurrentCluster()!.server,
    headers: { ...headers, ...basic },
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), rejectUnauthorized },
  };
}

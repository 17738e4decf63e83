import { UserError } from '@slipway/util/errors';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { PART_OF_LABEL } from '../labels.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { KubeApi } from './kube-api.ts';
import { hostAddress } from './kind-nodes.ts';
import { kindCluster, nxCommand } from './target.ts';

/** The service that an overlay exposes, and where it is on this machine: `http://127.0.0.1:30080`. */
export type StackAddress = { service: string; url: string };

type Service = KubernetesObject & { spec: { type?: string; clusterIP?: string; ports?: { nodePort?: number }[] } };

/**
 * Where the stack is: the node port of its exposed Service in this very cluster, and the port of this machine that kind has
 * mapped it to. Throws with the hint when there is no such Service or no such mapping.
 */
export async function stackAddress(api: KubeApi, settings: Settings): Promise<StackAddress> {
  const { stack } = settings;
  const { context } = api;
  const cluster = kindCluster(context);
  if (cluster === undefined) {
    throw new UserError(`context "${context}" is not a kind cluster: its address is not known here`, {
      hint: 'set GATEWAY_URL',
    });
  }
  const query = new URLSearchParams({ labelSelector: `${PART_OF_LABEL}=${stack}` });
  const list = await api.get<{ items: Service[] }>(`/api/v1/namespaces/${stack}/services?${query}`);
  const services = list?.items ?? [];
  const exposed = services.find(({ spec }) => spec.type === 'NodePort');
  const nodePort = exposed?.spec.ports?.[0]?.nodePort;
  const forwardTo = (service: string) =>
    `kubectl --context ${context} -n ${stack} port-forward service/${service} 8080:80`;
  if (exposed === undefined || nodePort === undefined) {
    // A headless Service is a database's.
    const inside = services.find(({ spec }) => spec.clusterIP !== 'None');
    if (inside !== undefined)
      throw new UserError(`deploy/dev exposes no service of namespace ${stack} to this machine`, {
        hint: `${forwardTo(inside.metadata.name)}, or write a Service of type NodePort into deploy/dev`,
      });
    throw new UserError(`nothing is deployed to namespace ${stack} of ${context}`, {
      hint: nxCommand(settings, context, 'run-many -t deploy-kind'),
    });
  }
  const address = await hostAddress(cluster, nodePort);
  if (address !== undefined) return { service: exposed.metadata.name, url: `http://${address}` };
  throw new UserError(
    `cluster ${cluster} does not map node port ${nodePort} to this machine, as deploy/kind.yaml does`,
    {
      hint: `${forwardTo(exposed.metadata.name)}, and set GATEWAY_URL=http://127.0.0.1:8080`,
    },
  );
}

/** Where deploy/dev exposes the gateway of the kind cluster; see deploy/kind.yaml. */
const CLUSTER_GATEWAY = 'http://127.0.0.1:30080';

/** What is tested. `kubeContext` is undefined when it is not a cluster, but e.g. the processes of `npm start`. */
export type Target = { gatewayUrl: string; kubeContext: string | undefined };

export const target: Target = readTarget(process.env);

function readTarget({ GATEWAY_URL, KUBE_CONTEXT, SLIPWAY_CLUSTER }: NodeJS.ProcessEnv): Target {
  const gatewayUrl = (GATEWAY_URL ?? CLUSTER_GATEWAY).replace(/\/+$/, '');
  const kubeContext =
    KUBE_CONTEXT ?? (gatewayUrl === CLUSTER_GATEWAY ? `kind-${SLIPWAY_CLUSTER ?? 'slipway'}` : undefined);
  return { gatewayUrl, kubeContext };
}

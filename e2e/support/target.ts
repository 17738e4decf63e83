/** What is tested. `kubeContext` is undefined when it is not a cluster, but e.g. the processes of `npm start`. */
export type Target = { gatewayUrl: string; kubeContext: string | undefined; namespace: string };

export const target: Target = readTarget(process.env);

/** Nx and `npm start -- COMMAND` say all of it: address, cluster and credentials belong to one stack. */
function readTarget({ GATEWAY_URL, KUBE_CONTEXT, KUBE_NAMESPACE }: NodeJS.ProcessEnv): Target {
  if (!GATEWAY_URL) {
    throw new Error(
      'GATEWAY_URL does not say which stack to test. Run: npx nx e2e e2e-k8s (the kind cluster’s), or npm start -- npx playwright test --config e2e',
    );
  }
  if (KUBE_CONTEXT && !KUBE_NAMESPACE)
    throw new Error('KUBE_CONTEXT needs KUBE_NAMESPACE: npx nx e2e e2e-k8s sets both');
  return {
    gatewayUrl: GATEWAY_URL.replace(/\/+$/, ''),
    kubeContext: KUBE_CONTEXT || undefined,
    namespace: KUBE_NAMESPACE ?? '',
  };
}

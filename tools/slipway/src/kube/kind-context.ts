/**
 * The kubeconfig context to work on: the kind cluster's, unless the user names another. A context that is not kind's is
 * never taken by accident.
 */
export function kindContext(cluster: string, named: string | undefined): string {
  return named ?? `kind-${cluster}`;
}

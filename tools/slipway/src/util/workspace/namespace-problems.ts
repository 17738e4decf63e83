import type { Problem } from '../problems/problem.ts';

/** What Kubernetes takes as a namespace's name. */
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Kubernetes' own namespaces, and those in which common distributions and add-ons run. */
const SYSTEM = /^(default|kube-.*|openshift(-.*)?)$/;
const ADD_ONS = [
  'local-path-storage',
  'calico-apiserver',
  'calico-system',
  'cert-manager',
  'flux-system',
  'gatekeeper-system',
  'ingress-nginx',
  'istio-system',
  'longhorn-system',
  'metallb-system',
  'tigera-operator',
];

/** Why no stack may have the namespace: its objects would lie among those that the cluster lives on. */
export function namespaceProblems(name: string): Problem[] {
  const problem = (message: string) => ({
    file: 'nx.json',
    key: 'plugins.slipway.options.namespace',
    message,
    hint: 'choose a namespace of the stack\'s own, e.g. { "plugin": "slipway", "options": { "namespace": "shop" } }',
  });
  if (!DNS_LABEL.test(name)) {
    return [problem(`"${name}" is not a namespace's name: a to z, 0 to 9 and hyphens inside, at most 63`)];
  }
  if (SYSTEM.test(name) || ADD_ONS.includes(name)) {
    return [problem(`namespace "${name}" belongs to the cluster itself: no stack is deployed there`)];
  }
  return [];
}

/** `@acme/shop` → `acme-shop`. */
export function namespaceOf(workspace: string): string {
  return workspace
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
}

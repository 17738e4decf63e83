import { portKeys } from '../../services/port-keys.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL } from '../../kubernetes/labels.ts';
import { databaseName } from './database.ts';

/** The stack's own policies. */
export const DEFAULT_DENY = 'default-deny';
export const EXTERNAL_DATABASES = 'external-databases';

/** The pods that may scrape metrics, in the stack's own namespace; an overlay lets others in. */
export const SCRAPER = 'prometheus';

const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** No pod of the namespace talks or is talked to, but for what other policies allow. */
export function defaultDeny(stack: string): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: DEFAULT_DENY,
      namespace: stack,
      labels: { [PART_OF_LABEL]: stack, [MANAGED_BY_LABEL]: 'slipway' },
    },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

/**
 * What a service's pods may do: be called by `callers` and scraped, call those of its service spec, its own database and
 * DNS. Probes come from the node, which no policy can shut out.
 */
export function servicePolicy(stack: string, serviceSpec: ServiceSpec, callers: string[]): KubernetesObject {
  const { name, calls, hasDatabase, database } = serviceSpec;
  return policy(stack, name, name, {
    ingress: [
      ...(callers.length > 0 ? [{ from: callers.map(pods), ports: [tcp('http')] }] : []),
      { from: [pods(SCRAPER)], ports: [tcp(portKeys(serviceSpec).management === undefined ? 'http' : 'management')] },
    ],
    egress: [
      ...(calls.length > 0 ? [{ to: calls.map(pods), ports: [tcp('http')] }] : []),
      ...(hasDatabase ? [{ to: [pods(databaseName(name))], ports: [tcp('postgres')] }] : []),
      // Where it is, an overlay may say more narrowly.
      ...(database?.external === true ? [{ ports: [{ port: 5432, protocol: 'TCP' }] }] : []),
      DNS,
    ],
  });
}

/** A database answers its own service and makes no calls. */
export function databasePolicy(stack: string, service: string): KubernetesObject {
  return policy(stack, service, databaseName(service), {
    ingress: [{ from: [pods(service)], ports: [tcp('postgres')] }],
  });
}

/** Egress of `services` to databases outside the cluster: their port anywhere, until an overlay names the network. */
export function externalDatabasePolicy(stack: string, services: string[]): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: EXTERNAL_DATABASES,
      namespace: stack,
      labels: { [PART_OF_LABEL]: stack, [MANAGED_BY_LABEL]: 'slipway' },
    },
    spec: {
      podSelector: { matchExpressions: [{ key: NAME_LABEL, operator: 'In', values: services }] },
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port: 5432, protocol: 'TCP' }] }],
    },
  };
}

function policy(stack: string, owner: string, name: string, rules: { ingress: object[]; egress?: object[] }) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: stack, labels: labelsOf(stack, owner, name) },
    spec: { ...pods(name), policyTypes: ['Ingress', 'Egress'], ...rules },
  };
}

function pods(name: string) {
  return { podSelector: { matchLabels: { [NAME_LABEL]: name } } };
}

function tcp(port: string) {
  return { port, protocol: 'TCP' };
}

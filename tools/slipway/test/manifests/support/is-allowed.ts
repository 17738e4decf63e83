/**
 * Whether Kubernetes' NetworkPolicies let a connection through, worked out from the specification of networking.k8s.io/v1
 * and not from how we make them.
 */

type Labels = Record<string, string>;
type Selector = {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
};
type Peer = { podSelector?: Selector; namespaceSelector?: Selector; ipBlock?: { cidr: string; except?: string[] } };
type PolicyPort = { port?: number | string; endPort?: number; protocol?: string };
type Rule = { from?: Peer[]; to?: Peer[]; ports?: PolicyPort[] };

export type NetworkPolicy = {
  metadata: { name: string; namespace: string };
  spec: { podSelector: Selector; policyTypes?: string[]; ingress?: Rule[]; egress?: Rule[] };
};
export type Port = { name: string; port: number; protocol: 'TCP' | 'UDP' };
/** One end of a connection. `namespace` is undefined outside the cluster, where there are no labels either. */
export type End = { name: string; namespace?: string; namespaceLabels?: Labels; labels: Labels; ports: Port[] };

/** Both ends have a say: the source's egress and the destination's ingress. */
export function isAllowed(policies: NetworkPolicy[], source: End, destination: End, port: Port): boolean {
  return (
    passes(policies, 'Egress', { own: source, other: destination, port }) &&
    passes(policies, 'Ingress', { own: destination, other: source, port })
  );
}

type Connection = { own: End; other: End; port: Port };

function passes(policies: NetworkPolicy[], type: 'Ingress' | 'Egress', { own, other, port }: Connection): boolean {
  const concerned = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace && matches(spec.podSelector, own.labels) && typesOf(spec).includes(type),
  );
  // A pod that no policy isolates in this direction is open.
  if (concerned.length === 0) return true;
  return concerned.some(({ metadata, spec }) => {
    const rules = (type === 'Ingress' ? spec.ingress : spec.egress) ?? [];
    return rules.some((rule) => {
      const peers = type === 'Ingress' ? rule.from : rule.to;
      const isPeer = peers === undefined || peers.length === 0 || peers.some((peer) => names(peer, metadata, other));
      return (
        isPeer && (rule.ports === undefined || rule.ports.length === 0 || rule.ports.some((one) => opens(one, port)))
      );
    });
  });
}

/** Without policyTypes: always ingress, and egress when there are rules for it. */
function typesOf({ policyTypes, egress }: NetworkPolicy['spec']): string[] {
  return policyTypes ?? ['Ingress', ...(egress === undefined ? [] : ['Egress'])];
}

function names(peer: Peer, policy: { namespace: string }, { namespace, namespaceLabels = {}, labels }: End): boolean {
  if (peer.ipBlock !== undefined) throw new Error('ipBlock is not needed by our policies: teach the evaluator first');
  if (namespace === undefined) return false;
  const isNamespace =
    peer.namespaceSelector === undefined
      ? namespace === policy.namespace
      : matches(peer.namespaceSelector, namespaceLabels);
  return isNamespace && (peer.podSelector === undefined || matches(peer.podSelector, labels));
}

function opens({ port, endPort, protocol = 'TCP' }: PolicyPort, connection: Port): boolean {
  if (protocol !== connection.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return port === connection.name;
  return endPort === undefined ? port === connection.port : port <= connection.port && connection.port <= endPort;
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'In':
          return key in labels && values.includes(labels[key]!);
        case 'NotIn':
          return !(key in labels && values.includes(labels[key]!));
        case 'Exists':
          return key in labels;
        case 'DoesNotExist':
          return !(key in labels);
        default:
          throw new Error(`no such operator: ${operator}`);
      }
    })
  );
}

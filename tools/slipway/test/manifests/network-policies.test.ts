import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readServiceSpecs } from '../../src/services/read-services.ts';
import { type End, isAllowed, type NetworkPolicy, type Port } from './support/is-allowed.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (pattern: string) =>
  globSync(pattern, { cwd: join(root, 'deploy') })
    .sort()
    .map((path) => parse(readFileSync(join(root, 'deploy', path), 'utf8')));
const base = read('base/**/*.yaml');
const policiesOf = (objects: { kind: string }[]) =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy') as unknown as NetworkPolicy[];

type Template = {
  metadata: { labels: Record<string, string> };
  spec: { containers: { ports?: { name: string; containerPort: number; protocol?: 'TCP' | 'UDP' }[] }[] };
};
const workloads: End[] = base
  .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
  .map(({ metadata, spec }: { metadata: { name: string }; spec: { template: Template } }) => ({
    ...inShop(metadata.name, spec.template.metadata.labels),
    ports: spec.template.spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name, containerPort, protocol = 'TCP' }) => ({ name, port: containerPort, protocol })),
    ),
  }));

function inShop(name: string, labels: Record<string, string>): End {
  return { name, namespace: 'shop', namespaceLabels: { 'kubernetes.io/metadata.name': 'shop' }, labels, ports: [] };
}
function elsewhere(namespace: string, name: string, labels: Record<string, string>, ports: Port[] = []): End {
  return { name, namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels, ports };
}
const web: Port = { name: 'web', port: 443, protocol: 'TCP' };
const dns: Port[] = [
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' },
];
const others: End[] = [
  inShop('prometheus', { 'app.kubernetes.io/name': 'prometheus' }),
  { ...inShop('stranger', { app: 'stranger' }), ports: [web] },
  // As near as another namespace can come: the very labels of ours.
  elsewhere('other', 'forged gateway', { 'app.kubernetes.io/name': 'gateway' }, [
    { name: 'http', port: 8080, protocol: 'TCP' },
  ]),
  elsewhere('other', 'forged order', { 'app.kubernetes.io/name': 'order' }),
  elsewhere('other', 'forged prometheus', { 'app.kubernetes.io/name': 'prometheus' }),
  elsewhere('other', 'forged dns', { 'k8s-app': 'kube-dns' }, dns),
  elsewhere('kube-system', 'dns', { 'k8s-app': 'kube-dns' }, [
    ...dns,
    { name: 'metrics', port: 9153, protocol: 'TCP' },
  ]),
  elsewhere('kube-system', 'other system pod', { 'k8s-app': 'metrics-server' }, [web]),
  { name: 'the Internet', labels: {}, ports: [web, ...dns] },
];
const ends = [...workloads, ...others];
const isOurs = (end: End) => end.namespace === 'shop';

const serviceSpecs = await readServiceSpecs(root);
const services = serviceSpecs.map(({ name }) => name).sort();
const databases = serviceSpecs.filter(({ hasDatabase }) => hasDatabase).map(({ name }) => `${name}-db`);
/** All that may be, by what the services declare. */
const allowed = [
  ...serviceSpecs.flatMap(({ name, calls }) => calls.map((callee) => `${name} → ${callee}:http`)),
  ...databases.map((database) => `${database.replace(/-db$/, '')} → ${database}:postgres`),
  ...services.flatMap((service) => [`${service} → dns:dns`, `${service} → dns:dns-tcp`]),
];

/** Every connection that `policies` let through between two ends (also two replicas of one) of which one at least is ours. */
function reachable(policies: NetworkPolicy[]): string[] {
  return ends.flatMap((source) =>
    ends
      .filter((destination) => isOurs(source) || isOurs(destination))
      .flatMap((destination) =>
        destination.ports
          .filter((port) => isAllowed(policies, source, destination, port))
          .map((port) => `${source.name} → ${destination.name}:${port.name}`),
      ),
  );
}

test('from deploy/base only the declared edges, own databases and DNS can be reached, over all pairs and ports', () => {
  assert.deepEqual(workloads.map(({ name }) => name).sort(), [...services, ...databases].sort());
  assert.ok(allowed.includes('gateway → order:http') && allowed.includes('order → order-db:postgres'));
  assert.deepEqual(reachable(policiesOf(base)).sort(), [...allowed].sort());
});

test('deploy/dev opens the gateway’s public port, and nothing else', () => {
  // The default deny holds back the others of our own namespace.
  const openers = others.filter((end) => !isOurs(end));
  assert.deepEqual(
    reachable(policiesOf([...base, ...read('dev/*.yaml')])).sort(),
    [...allowed, ...openers.map(({ name }) => `${name} → gateway:http`)].sort(),
  );
});

test('whoever scrapes reaches every management port once its own egress allows that', () => {
  const egress: NetworkPolicy = {
    metadata: { name: 'prometheus', namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      policyTypes: ['Egress'],
      egress: [{}],
    },
  };
  const scraped = reachable([...policiesOf(base), egress]).filter((pair) => pair.endsWith(':management'));
  assert.deepEqual(
    scraped.sort(),
    services.map((service) => `prometheus → ${service}:management`),
  );
});

test('the evaluator itself: one policy more or less changes what is reachable', () => {
  const policies = policiesOf(base);
  const without = (name: string) => reachable(policies.filter(({ metadata }) => metadata.name !== name));
  // The default deny is what isolates pods that no other policy names.
  assert.ok(without('default-deny').includes('forged gateway → stranger:web'));
  assert.ok(!without('order-db').includes('order → order-db:postgres'), 'the default deny stays');
  assert.ok(!without('order').includes('gateway → order:http'));
  assert.ok(reachable([]).includes('the Internet → user-db:postgres'), 'without policies everything is open');
});

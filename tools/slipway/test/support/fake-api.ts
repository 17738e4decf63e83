import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';

/** What a fake API server serves: kind by kind as the real one's discovery lists them. */
const RESOURCES: { group: string; name: string; kind: string; namespaced: boolean; verbs?: string[] }[] = [
  { group: 'v1', name: 'namespaces', kind: 'Namespace', namespaced: false },
  { group: 'v1', name: 'nodes', kind: 'Node', namespaced: false },
  { group: 'v1', name: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false },
  { group: 'v1', name: 'pods', kind: 'Pod', namespaced: true },
  { group: 'v1', name: 'services', kind: 'Service', namespaced: true },
  { group: 'v1', name: 'endpoints', kind: 'Endpoints', namespaced: true },
  { group: 'v1', name: 'events', kind: 'Event', namespaced: true },
  { group: 'v1', name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  { group: 'v1', name: 'secrets', kind: 'Secret', namespaced: true },
  { group: 'v1', name: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  { group: 'v1', name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true },
  { group: 'coordination.k8s.io/v1', name: 'leases', kind: 'Lease', namespaced: true },
  { group: 'apps/v1', name: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps/v1', name: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: 'apps/v1', name: 'statefulsets', kind: 'StatefulSet', namespaced: true },
  { group: 'batch/v1', name: 'jobs', kind: 'Job', namespaced: true },
  { group: 'policy/v1', name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', namespaced: true },
  { group: 'networking.k8s.io/v1', name: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  { group: 'rbac.authorization.k8s.io/v1', name: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  // As a metrics server has it: to be read, and never deleted.
  { group: 'metrics.k8s.io/v1beta1', name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] },
];

export type FakeApi = {
  /** Names the server as context `kind-fake`. */
  kubeconfig: string;
  /** `/api/v1/namespaces/shop/secrets/user` → the object. */
  objects: Map<string, KubernetesObject>;
  /** Puts an object there, as somebody else would. */
  put: (object: KubernetesObject) => void;
  /** What was written: `DELETE /api/v1/…`. */
  writes: string[];
  /** Answers in place of the server: `body` goes out as it is. Undefined leaves the request to the server. */
  intercept: ((method: string, path: string, sent: string) => { status: number; body: string } | undefined) | undefined;
  /** Groups that do not answer, as an aggregated API whose server is away. */
  silent: Set<string>;
  close: () => void;
};

type Claim = { name: string; namespace?: string };

function sameClaim(claim: Claim | undefined, { name, namespace }: Claim): boolean {
  return claim?.name === name && claim.namespace === namespace;
}

/** A fake of the API server, over HTTP: stores what it is sent, checks nothing, and deletes what real controllers would. */
export async function openFakeApi(initial: KubernetesObject[] = []): Promise<FakeApi> {
  const objects = new Map(initial.map((object) => [pathOf(object), withUid(object)]));
  const writes: string[] = [];
  const silent = new Set<string>();
  const fake: FakeApi = {
    kubeconfig: '',
    objects,
    put: (object) => objects.set(pathOf(object), withUid(object)),
    writes,
    silent,
    intercept: undefined,
    close: () => undefined,
  };
  const watches = new Set<{ path: string; response: ServerResponse }>();
  /** Every change, so that a watch that begins later misses none. */
  const history: { path: string; line: string }[] = [];
  const notify = (type: string, path: string, { metadata, ...rest }: KubernetesObject) => {
    const versioned = { ...rest, metadata: { ...metadata, resourceVersion: String(history.length + 1) } };
    const change = {
      path: path.slice(0, path.lastIndexOf('/')),
      line: `${JSON.stringify({ type, object: versioned })}\n`,
    };
    history.push(change);
    for (const watch of watches) if (watch.path === change.path) watch.response.write(change.line);
  };

  function remove(path: string): void {
    const object = objects.get(path);
    objects.delete(path);
    if (object !== undefined) notify('DELETED', path, object);
    // What controllers do: dependents go with their owner, a volume with its claim, everything with its namespace.
    for (const [other, { kind, metadata, spec }] of [...objects]) {
      const owners = (metadata.ownerReferences ?? []) as { uid: string }[];
      const claim = kind === 'PersistentVolume' ? (spec as { claimRef: Claim }).claimRef : undefined;
      const isOfClaim = object?.kind === 'PersistentVolumeClaim' && sameClaim(claim, object.metadata);
      if (isOfClaim || owners.some(({ uid }) => uid === object?.metadata.uid)) remove(other);
    }
    const inside = /^\/api\/v1\/namespaces\/[^/]+$/.test(path) ? path.slice('/api/v1'.length) : undefined;
    if (inside === undefined) return;
    for (const other of [...objects.keys()].filter((key) => key.includes(`${inside}/`))) remove(other);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://fake');
    const path = url.pathname;
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    const notFound = () => send(404, { kind: 'Status', message: `${path} not found`, reason: 'NotFound' });
    const text = Buffer.concat(await request.toArray()).toString();
    const reply = fake.intercept?.(request.method!, path, text);
    if (reply !== undefined) return void response.writeHead(reply.status).end(reply.body);
    if ([...silent].some((group) => path === `/apis/${group}`)) return void send(503, { message: 'no endpoints' });
    if (path === '/readyz') return void send(200, 'ok');
    if (request.method === 'GET' && (path === '/apis' || isGroup(path))) return void send(200, discovery(path));
    if (request.method === 'GET') {
      if (isCollection(path)) {
        if (url.searchParams.get('watch') === 'true') {
          response.writeHead(200).flushHeaders();
          const watch = { path, response };
          watches.add(watch);
          const since = history.slice(Number(url.searchParams.get('resourceVersion')));
          for (const change of since) if (change.path === path) response.write(change.line);
          response.on('close', () => watches.delete(watch));
          return;
        }
        const items = listed(
          objects,
          path,
          url.searchParams.get('labelSelector'),
          url.searchParams.get('fieldSelector'),
        );
        return void send(200, { metadata: { resourceVersion: String(history.length) }, items });
      }
      const found = objects.get(path);
      return void (found === undefined ? notFound() : send(200, found));
    }
    const body = text === '' ? undefined : (JSON.parse(text) as KubernetesObject);
    const isDryRun = url.searchParams.get('dryRun') === 'All';
    if (!isDryRun) writes.push(`${request.method} ${path}`);
    if (request.method === 'DELETE') {
      const paths = isCollection(path)
        ? listed(objects, path, url.searchParams.get('labelSelector'), null).map(pathOf)
        : [path];
      if (!isCollection(path) && !objects.has(path)) return void notFound();
      paths.forEach(remove);
      return void send(200, { kind: 'Status', status: 'Success' });
    }
    const target = request.method === 'POST' ? `${path}/${body!.metadata.name}` : path;
    if (request.method === 'POST' && objects.has(target)) return void send(409, { message: 'already exists' });
    const stored = withUid(merged(objects.get(target), body!, url.searchParams.get('fieldManager') ?? 'unknown'));
    if (!isDryRun) {
      objects.set(target, stored);
      notify('MODIFIED', target, stored);
    }
    send(200, stored);
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fake-api-'));
  const kubeconfig = join(folder, 'config');
  const { port } = server.address() as AddressInfo;
  writeFileSync(kubeconfig, JSON.stringify(config(`http://127.0.0.1:${port}`)));
  fake.kubeconfig = kubeconfig;
  fake.close = () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  };
  return fake;
}

/** Where the API server has an object. */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
  const resource = RESOURCES.find((entry) => entry.kind === kind && entry.group === apiVersion);
  if (resource === undefined) throw new Error(`the fake API serves no ${apiVersion} ${kind}`);
  const scope = resource.namespaced ? `/namespaces/${namespace}` : '';
  return `${groupPath(apiVersion)}${scope}/${resource.name}/${name}`;
}

function groupPath(group: string): string {
  return group.includes('/') ? `/apis/${group}` : `/api/${group}`;
}

function isGroup(path: string): boolean {
  return RESOURCES.some(({ group }) => groupPath(group) === path);
}

function isCollection(path: string): boolean {
  return RESOURCES.some(({ name }) => path.endsWith(`/${name}`)) && !/\/namespaces\/[^/]+$/.test(path);
}

function discovery(path: string): object {
  if (path === '/apis') {
    const groups = [...new Set(RESOURCES.map(({ group }) => group).filter((group) => group.includes('/')))];
    return {
      groups: groups.map((groupVersion) => ({
        name: groupVersion.split('/')[0],
        preferredVersion: { groupVersion },
      })),
    };
  }
  const all = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  const own = RESOURCES.filter(({ group }) => groupPath(group) === path);
  return { resources: own.map(({ name, kind, namespaced, verbs = all }) => ({ name, kind, namespaced, verbs })) };
}

function listed(objects: FakeApi['objects'], path: string, labels: string | null, fields: string | null) {
  const wanted = (labels ?? '').split(',').filter(Boolean);
  const name = /^metadata\.name=(.+)$/.exec(fields ?? '')?.[1];
  return [...objects]
    .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
    .map(([, object]) => object)
    .filter(({ metadata }) => name === undefined || metadata.name === name)
    .filter(({ metadata }) =>
      wanted.every((selector) => {
        const [key, value] = selector.split('=');
        return metadata.labels?.[key!] === value;
      }),
    );
}

/** As server-side apply would, where nobody else has set the same: and who did it. */
function merged(live: KubernetesObject | undefined, sent: KubernetesObject, manager: string): KubernetesObject {
  const own = {
    manager,
    operation: 'Apply',
    apiVersion: sent.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(sent),
  };
  const others = ((live?.metadata.managedFields ?? []) as { manager: string }[]).filter((it) => it.manager !== manager);
  return {
    ...live,
    ...sent,
    metadata: {
      ...live?.metadata,
      ...sent.metadata,
      labels: { ...live?.metadata.labels, ...sent.metadata?.labels },
      annotations: { ...live?.metadata.annotations, ...sent.metadata?.annotations },
      managedFields: [...others, own],
    },
  };
}

function fieldsOf({ apiVersion: _, kind: __, metadata = { name: '' }, ...rest }: Partial<KubernetesObject>): object {
  const names = Object.keys(metadata).filter((key) => key !== 'name' && key !== 'namespace');
  return {
    'f:metadata': Object.fromEntries(names.map((key) => [`f:${key}`, {}])),
    ...Object.fromEntries(Object.keys(rest).map((key) => [`f:${key}`, {}])),
  };
}

let count = 0;
function withUid(object: KubernetesObject): KubernetesObject {
  const { uid = `uid-${++count}` } = object.metadata;
  return { ...object, metadata: { ...object.metadata, uid } };
}

function config(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server } }],
    users: [{ name: 'fake', user: {} }],
    contexts: [{ name: 'kind-fake', context: { cluster: 'fake', user: 'fake' } }],
  };
}

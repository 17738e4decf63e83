import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '@slipway/util/json';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../kubernetes-object.ts';
import type { KubeApi } from './kube-api.ts';
import { KubeError } from './kube-error.ts';
import { isKind } from '../kinds.ts';
import type { FieldSet } from '../apply/managed-fields/field-set.ts';

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
  { group: 'apps/v1', name: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  { group: 'batch/v1', name: 'jobs', kind: 'Job', namespaced: true },
  { group: 'batch/v1', name: 'cronjobs', kind: 'CronJob', namespaced: true },
  { group: 'policy/v1', name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', namespaced: true },
  { group: 'networking.k8s.io/v1', name: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  { group: 'rbac.authorization.k8s.io/v1', name: 'rolebindings', kind: 'RoleBinding', namespaced: true },
  { group: 'rbac.authorization.k8s.io/v1', name: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  // As a metrics server has it: to be read, and never deleted.
  { group: 'metrics.k8s.io/v1beta1', name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] },
];

const MERGE_PATCH = 'application/merge-patch+json';

type Reply = { status: number; body: string };

/** A fake KubeApi for tests, with what they look at and steer. */
export type FakeKubeApi = KubeApi & {
  /** `/api/v1/namespaces/shop/secrets/user` → the object. */
  objects: Map<string, KubernetesObject>;
  /** Writes an object as another client would; watches see it. */
  put: (object: KubernetesObject) => void;
  /** What was written: `DELETE /api/v1/…`. */
  writes: string[];
  /** Answers in place of the server: `body` goes out as it is. Undefined leaves the request to the server. */
  intercept: ((method: string, path: string, sent: string) => Reply | undefined) | undefined;
  /** Groups that do not answer, as an aggregated API whose server is away. */
  silent: Set<string>;
  /** Called with every object that was written: what controllers do then. */
  controller: ((object: KubernetesObject) => void) | undefined;
  /** The answer to any request but a watch. */
  request: (method: string, path: string, sent?: string, contentType?: string) => Reply;
  /** Calls `write` with a watch's lines after `version`, and with every later one. Returns what ends it. */
  watch: (path: string, version: number, write: (line: string) => void) => () => void;
};

type Claim = { name?: string; namespace?: string };

function sameClaim(claim: Claim | undefined, { name, namespace }: Claim): boolean {
  return claim?.name === name && claim?.namespace === namespace;
}

/**
 * A fake of the API server in memory: stores what it is sent, checks nothing, counts generations, and deletes what real
 * controllers would. Its logs are empty, and it has no sockets.
 */
export function fakeKubeApi(initial: KubernetesObject[] = []): FakeKubeApi {
  const objects = new Map(initial.map((object) => [pathOf(object), withUid(object)]));
  const writes: string[] = [];
  const silent = new Set<string>();
  const watches = new Set<{ path: string; write: (line: string) => void }>();
  /** Every change, so that a watch that begins later misses none. */
  const history: { path: string; line: string }[] = [];
  const notify = (type: string, path: string, { metadata, ...rest }: KubernetesObject) => {
    const versioned = { ...rest, metadata: { ...metadata, resourceVersion: String(history.length + 1) } };
    const change = { path: path.slice(0, path.lastIndexOf('/')), line: JSON.stringify({ type, object: versioned }) };
    history.push(change);
    for (const watch of watches) if (watch.path === change.path) watch.write(change.line);
  };
  const put = (object: KubernetesObject) => {
    const stored = withUid(object);
    objects.set(pathOf(object), stored);
    notify('MODIFIED', pathOf(object), stored);
  };

  function remove(path: string): void {
    const object = objects.get(path);
    objects.delete(path);
    if (object !== undefined) notify('DELETED', path, object);
    // What controllers do: dependents go with their owner, a volume with its claim, everything with its namespace.
    for (const [other, dependent] of [...objects]) {
      const { metadata } = dependent;
      const owners = metadata.ownerReferences ?? [];
      const claim: Claim | undefined = isKind(dependent, 'PersistentVolume') ? dependent.spec?.claimRef : undefined;
      const isOfClaim = object?.kind === 'PersistentVolumeClaim' && sameClaim(claim, object.metadata);
      if (isOfClaim || owners.some(({ uid }) => uid === object?.metadata.uid)) remove(other);
    }
    const inside = /^\/api\/v1\/namespaces\/[^/]+$/.test(path) ? path.slice('/api/v1'.length) : undefined;
    if (inside === undefined) return;
    for (const other of [...objects.keys()].filter((key) => key.includes(`${inside}/`))) remove(other);
  }

  function answerTo(method: string, url: URL, text: string, contentType: string | undefined): Reply {
    const path = url.pathname;
    const send = (status: number, body: unknown): Reply => ({ status, body: JSON.stringify(body) });
    const notFound = () => send(404, { kind: 'Status', message: `${path} not found`, reason: 'NotFound' });
    const reply = fake.intercept?.(method, path, text);
    if (reply !== undefined) return reply;
    if ([...silent].some((group) => path === `/apis/${group}`)) return send(503, { message: 'no endpoints' });
    if (path === '/readyz') return send(200, 'ok');
    if (method === 'GET' && (path === '/apis' || isGroup(path))) return send(200, discovery(path));
    if (method === 'GET' && isCollection(path)) {
      const { searchParams } = url;
      const items = listed(objects, path, searchParams.get('labelSelector'), searchParams.get('fieldSelector'));
      return send(200, { metadata: { resourceVersion: String(history.length) }, items });
    }
    if (method === 'GET') return objects.has(path) ? send(200, objects.get(path)) : notFound();
    const isDryRun = url.searchParams.get('dryRun') === 'All';
    if (!isDryRun) writes.push(`${method} ${path}`);
    if (method === 'DELETE') {
      const paths = isCollection(path)
        ? listed(objects, path, url.searchParams.get('labelSelector'), null).map(pathOf)
        : [path];
      if (!isCollection(path) && !objects.has(path)) return notFound();
      paths.forEach(remove);
      return send(200, { kind: 'Status', status: 'Success' });
    }
    const body = parseJson<KubernetesObject>(text, `what ${method} ${path} sends`);
    const target = method === 'POST' ? `${path}/${body.metadata.name}` : path;
    if (method === 'POST' && objects.has(target)) return send(409, { message: 'already exists' });
    const live = objects.get(target);
    const sent = contentType === MERGE_PATCH ? { ...body, ...mergePatch(live, body) } : body;
    const stored = withUid(merged(live, sent, url.searchParams.get('fieldManager') ?? 'unknown'));
    if (!isDryRun) {
      objects.set(target, stored);
      notify('MODIFIED', target, stored);
      fake.controller?.(stored);
    }
    return send(200, stored);
  }

  const request: FakeKubeApi['request'] = (method, path, sent = '', contentType) =>
    answerTo(method, new URL(path, 'http://fake'), sent, contentType);
  const ask = (method: string, path: string, sent?: unknown, contentType?: string) => {
    const { status, body } = request(method, path, sent === undefined ? '' : JSON.stringify(sent), contentType);
    if (status >= 400) throw new KubeError(method, path, status, body);
    return body;
  };
  const watch: FakeKubeApi['watch'] = (path, version, write) => {
    for (const change of history.slice(version)) if (change.path === path) write(change.line);
    const entry = { path, write };
    watches.add(entry);
    return () => void watches.delete(entry);
  };

  const fake: FakeKubeApi = {
    context: 'kind-fake',
    objects,
    put,
    writes,
    silent,
    intercept: undefined,
    controller: undefined,
    request,
    watch,
    get: async <Answer>(path: string) => {
      const { status, body } = request('GET', path);
      if (status === 404) return undefined;
      if (status >= 400) throw new KubeError('GET', path, status, body);
      return parseJson<Answer>(body, path);
    },
    send: async <Answer>(method: string, path: string, body: unknown, contentType?: string) =>
      parseJson<Answer>(ask(method, path, body, contentType), path),
    text: async (path) => (path.includes('/log?') ? '' : ask('GET', path)),
    async *lines(path, signal) {
      const url = new URL(path, 'http://fake');
      const waiting: string[] = [];
      let wake: () => void = () => undefined;
      const stop = watch(url.pathname, Number(url.searchParams.get('resourceVersion')), (line) => {
        waiting.push(line);
        wake();
      });
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        yield* waiting.splice(0);
        if (waiting.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      }
      stop();
    },
    socket: () => {
      throw new Error('the fake API has no sockets');
    },
    close: async () => undefined,
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

function listed(objects: FakeKubeApi['objects'], path: string, labels: string | null, fields: string | null) {
  const wanted = (labels ?? '').split(',').filter(Boolean);
  const name = /^metadata\.name=(.+)$/.exec(fields ?? '')?.[1];
  return [...objects]
    .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
    .map(([, object]) => object)
    .filter(({ metadata }) => name === undefined || metadata.name === name)
    .filter(({ metadata }) =>
      wanted.every((selector) => {
        const [key = '', value] = selector.split('=');
        return metadata.labels?.[key] === value;
      }),
    );
}

/** RFC 7396. */
function mergePatch(live: unknown, patch: JsonObject): JsonObject {
  const merged: JsonObject = isObject(live) ? { ...live } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? mergePatch(merged[key], value) : value;
  }
  return merged;
}

/** Like server-side apply without other managers; records the manager. */
function merged(live: KubernetesObject | undefined, sent: KubernetesObject, manager: string): KubernetesObject {
  const own: ManagedFieldsEntry = {
    manager,
    operation: 'Apply',
    apiVersion: sent.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(sent),
  };
  const others = (live?.metadata.managedFields ?? []).filter((it) => it.manager !== manager);
  const data = sent.data === undefined ? live?.data : { ...dataOfOthers(live, manager), ...sent.data };
  return {
    ...live,
    ...sent,
    ...(data === undefined ? {} : { data }),
    metadata: {
      ...live?.metadata,
      ...sent.metadata,
      labels: { ...live?.metadata.labels, ...sent.metadata?.labels },
      annotations: { ...live?.metadata.annotations, ...sent.metadata?.annotations },
      generation: generationOf(live) + (isDeepStrictEqual(live?.spec, { ...live, ...sent }.spec) ? 0 : 1),
      managedFields: [...others, own],
    },
  };
}

/** Each key of `data` has a separate owner. */
function dataOfOthers(live: KubernetesObject | undefined, manager: string): object {
  const own = (live?.metadata.managedFields ?? []).find((entry) => entry.manager === manager)?.fieldsV1['f:data'] ?? {};
  return Object.fromEntries(Object.entries(live?.data ?? {}).filter(([key]) => !(`f:${key}` in own)));
}

function generationOf(live: KubernetesObject | undefined): number {
  return Number(live?.metadata.generation ?? 0);
}

function fieldsOf({ apiVersion: _, kind: __, metadata = { name: '' }, ...rest }: Partial<KubernetesObject>): FieldSet {
  const names = Object.keys(metadata).filter((key) => key !== 'name' && key !== 'namespace');
  return {
    'f:metadata': fields(names),
    ...fields(Object.keys(rest)),
    ...(isObject(rest.data) ? { 'f:data': fields(Object.keys(rest.data)) } : {}),
  };
}

function fields(names: string[]): FieldSet {
  return Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
}

let count = 0;
function withUid(object: KubernetesObject): KubernetesObject {
  const { uid = `uid-${++count}` } = object.metadata;
  return { ...object, metadata: { ...object.metadata, uid } };
}

import { parseJson } from '@slipway/util/json';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { merged, mergePatch, withUid } from './fake-apply.ts';
import { discovery, isCollection, isGroup, listed, pathOf } from './fake-resources.ts';
import type { KubeApi } from './kube-api.ts';
import { KubeError } from './kube-error.ts';
import { isKind } from '../kinds.ts';

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
      const items = listed(objects, path, {
        labels: searchParams.get('labelSelector'),
        fields: searchParams.get('fieldSelector'),
      });
      return send(200, { metadata: { resourceVersion: String(history.length) }, items });
    }
    if (method === 'GET') return objects.has(path) ? send(200, objects.get(path)) : notFound();
    const isDryRun = url.searchParams.get('dryRun') === 'All';
    if (!isDryRun) writes.push(`${method} ${path}`);
    if (method === 'DELETE') {
      const paths = isCollection(path)
        ? listed(objects, path, { labels: url.searchParams.get('labelSelector'), fields: null }).map(pathOf)
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

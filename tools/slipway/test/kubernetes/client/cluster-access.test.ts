import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { stringify } from 'yaml';
import { clusterAccess } from '../../../src/kubernetes/client/cluster-access.ts';
import { connectKube } from '../../../src/kubernetes/client/kube-api.ts';
import { openCluster } from '../../../src/kubernetes/client/open-cluster.ts';
import { openFakeApi } from '../../support/fake-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-kubeconfig-'));
const file = (name: string) => join(folder, name);
const { KUBECONFIG } = process.env;
after(() => {
  rmSync(folder, { recursive: true });
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const certificate = { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') };
const server = { server: 'https://127.0.0.1:6443', 'certificate-authority-data': base64('ca') };

/** Writes a kubeconfig with one context, `kind-NAME`, and answers its path. */
function write(name: string, user: object = certificate, cluster: object = {}): string {
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    contexts: [{ name: `kind-${name}`, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { ...server, ...cluster } }],
    users: [{ name, user }],
  };
  writeFileSync(file(name), stringify(content));
  return file(name);
}

/** The access to `context` by the files. */
function access(context: string, ...files: string[]) {
  process.env.KUBECONFIG = files.join(delimiter);
  return clusterAccess(context);
}

test('a client certificate is read as Kubernetes’ own client reads it', async () => {
  const plain = await access('kind-x', write('x'));
  assert.equal(plain.tls.cert?.toString(), 'cert');
  assert.deepEqual(plain, await access('kind-x', write('x', { ...certificate, impersonate: '' }, { extensions: [] })));
});

test('a token, files beside the kubeconfig and another server name are taken', async () => {
  assert.equal((await access('kind-x', write('x', { token: 'secret' }))).headers.Authorization, 'Bearer secret');
  mkdirSync(file('certs'), { recursive: true });
  writeFileSync(file('certs/ca.crt'), 'ca of a file');
  const authority = { 'certificate-authority-data': undefined, 'certificate-authority': 'certs/ca.crt' };
  const { tls } = await access('kind-x', write('x', certificate, { ...authority, 'tls-server-name': 'api.example' }));
  assert.equal(tls.ca?.toString(), 'ca of a file');
  assert.equal(tls.servername, 'api.example');
});

test('several files are one: missing and empty ones count for nothing, the first to name something wins', async () => {
  writeFileSync(file('empty'), '');
  writeFileSync(file('comment'), '# nothing yet\n');
  const first = write('one', { token: 'first' });
  const copy = join(folder, 'copy');
  writeFileSync(copy, stringify({ users: [{ name: 'one', user: { token: 'second' } }] }));
  const files = [file('missing'), '', file('empty'), file('comment'), first, copy, write('two', { token: 'two' })];
  assert.equal((await access('kind-one', ...files)).headers.Authorization, 'Bearer first');
  assert.equal((await access('kind-two', ...files)).headers.Authorization, 'Bearer two');
  // The user of the one file, the context and the cluster of the other.
  assert.equal((await access('kind-one', copy, first)).headers.Authorization, 'Bearer second');
});

test('a context that is not there is named, with those that are and the files that were read', async () => {
  await assert.rejects(access('kind-y', write('x'), file('missing')), (error: UserError) => {
    assert.match(
      error.message,
      /no context "kind-y" \(it has: kind-x; read: .*\/x, .*\/missing, which does not exist\)/,
    );
    assert.equal(error.hint, 'npm run cluster -- up --name y');
    return true;
  });
  await assert.rejects(access('kind-y', file('missing')), /it has: none; read: .*missing, which does not exist/);
});

test('what is broken is named with its file, and nothing of what is in it is shown', async () => {
  const marker = base64('a private key');
  const cases: [text: string, says: RegExp][] = [
    [`users:\n  - name: x\n user: {client-key-data: ${marker}}\n`, /broken:\d+:\d+ is not valid YAML \(/],
    [`clusters: [{ name: x, cluster: { certificate-authority-data: "${marker}\n`, /broken:\d+:\d+ is not valid YAML/],
    [`${marker}`, /broken is not a map/],
    ['clusters: {}', /broken is broken: clusters is not a list/],
    ['users: [{ user: {} }]', /broken is broken: users\[0\] has no name/],
    ['contexts: [{ name: kind-x, context: { cluster: away, user: x } }]', /names cluster "away", which does not exist/],
    ['clusters: [{ name: x, cluster: {} }]', /server of cluster "x" is not a URL/],
    [
      'clusters: [{ name: x, cluster: { server: "https://x", proxy-url: "ftp://x" } }]',
      /proxy-url of cluster "x" is not/,
    ],
  ];
  for (const [text, says] of cases) {
    writeFileSync(file('broken'), text);
    await assert.rejects(access('kind-x', file('broken'), write('x')), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, says);
      assert.match(error.message, /kubeconfig \/.*\/broken/);
      assert.ok(!error.message.includes(marker));
      return true;
    });
  }
  await assert.rejects(access('kind-x', folder), /cannot be read \(EISDIR\)/);
  const plugin = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/nonexistent/login' } };
  await assert.rejects(access('kind-x', write('x', plugin)), /user "x" of the kubeconfig .*\/x cannot log in: /);
});

test('proxy-url is gone through', async () => {
  const api = await openFakeApi();
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].forEach((each) => each.destroy()));
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  try {
    const text = JSON.parse(readFileSync(api.kubeconfig, 'utf8')) as {
      clusters: { cluster: { server: string; 'proxy-url'?: string } }[];
    };
    const { cluster } = text.clusters[0]!;
    cluster['proxy-url'] = `http://127.0.0.1:${port}`;
    writeFileSync(file('proxied'), JSON.stringify(text));
    process.env.KUBECONFIG = file('proxied');
    const opened = await openCluster('kind-fake');
    assert.deepEqual(tunnels, [new URL(cluster.server).host]);
    await opened.close();
  } finally {
    proxy.closeAllConnections();
    proxy.close();
    api.close();
  }
});

test('an API server that takes connections and answers nothing, or half, is no bug of slipway', async (t) => {
  const hung = createServer(({ url = '' }, response) => {
    if (url.includes('pods')) response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":');
  }).listen(0, '127.0.0.1');
  await once(hung, 'listening');
  t.after(() => (hung.closeAllConnections(), hung.close()));
  const { port } = hung.address() as AddressInfo;
  process.env.KUBECONFIG = write('hung', { token: 'a' }, { server: `http://127.0.0.1:${port}` });
  const api = await connectKube('kind-hung', 200);
  t.after(() => api.close());
  for (const path of ['/api/v1/nodes?limit=1', '/api/v1/pods']) {
    await assert.rejects(api.get(path), (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.message, `kind-hung: the API server did not answer GET ${path.split('?')[0]} within 0.2 s`);
      assert.match(error.hint ?? '', /kubectl --context kind-hung get nodes$/);
      return true;
    });
  }
});

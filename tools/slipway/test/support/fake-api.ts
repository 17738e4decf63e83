import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeKubeApi, fakeKubeApi } from '../../src/kubernetes/client/fake-kube-api.ts';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';

export { pathOf } from '../../src/kubernetes/client/fake-resources.ts';

/** A fake API server over HTTP, for programs that read a kubeconfig, which names it as context `kind-fake`. */
export type FakeApi = Pick<
  FakeKubeApi,
  'objects' | 'put' | 'writes' | 'intercept' | 'silent' | 'controller' | 'request'
> & {
  kubeconfig: string;
  close: () => void;
};

export async function openFakeApi(initial: KubernetesObject[] = []): Promise<FakeApi> {
  const fake = fakeKubeApi(initial);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://fake');
    const text = Buffer.concat(await request.toArray()).toString();
    if (searchParams.get('watch') === 'true') {
      response.writeHead(200).flushHeaders();
      const version = Number(searchParams.get('resourceVersion'));
      response.on(
        'close',
        fake.watch(pathname, version, (line) => void response.write(`${line}\n`)),
      );
      return;
    }
    const { status, body } = fake.request(request.method!, request.url!, text, request.headers['content-type']);
    response.writeHead(status).end(body);
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fake-api-'));
  const kubeconfig = join(folder, 'config');
  const { port } = server.address() as AddressInfo;
  writeFileSync(kubeconfig, JSON.stringify(config(`http://127.0.0.1:${port}`)));
  const close = () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  };
  // The same object, so that what a test sets on it counts.
  return Object.assign(fake, { kubeconfig, close });
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

import { strict as assert } from 'node:assert';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { workspaceRoot } from '../../src/workspace-root.ts';
import { expectServing } from '../support/expect-serving.ts';
import { getObject } from '../support/get-object.ts';
import { CONTEXT, CONTROL_PLANE, deploy, expectSuccess, nx } from '../support/stack.ts';

type Deployment = { spec: { template: { spec: { containers: { image: string }[] } } } };

const ELSEWHERE = 'not-kinds';
const PORT = 5077;
const REGISTRY = `127.0.0.1:${PORT}`;
const folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
const kubeconfig = join(folder, 'kubeconfig');
let registry: ChildProcess;
let forward: Server;

// The same registry is 127.0.0.1 for this machine and for the node, as containerd's plain HTTP wants it: it runs in the
// node, and this machine's port leads there.
before(async () => {
  const binary = join(folder, 'registry');
  const source = join(workspaceRoot, 'tools/slipway/test/registry/server');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: source, env: { ...process.env, CGO_ENABLED: '0' } });
  execFileSync('docker', ['cp', binary, `${CONTROL_PLANE}:/root/registry`]);
  const run = ['exec', '--interactive', CONTROL_PLANE, '/root/registry', `0.0.0.0:${PORT}`, '/root/blobs'];
  registry = spawn('docker', run, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(createInterface(registry.stdout!), 'line');
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = execFileSync('docker', ['inspect', '--format', format, CONTROL_PLANE], { encoding: 'utf8' }).trim();
  forward = createServer((socket) => {
    const upstream = connect(PORT, address);
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].forEach((each) => each.destroy()));
  });
  await once(forward.listen(PORT, '127.0.0.1'), 'listening');

  const view = ['config', 'view', '--context', CONTEXT, '--minify', '--flatten', '--raw'];
  const kubectl = (...args: string[]) =>
    execFileSync(join(workspaceRoot, 'node_modules/.bin/kubectl'), args, { encoding: 'utf8' });
  writeFileSync(kubeconfig, kubectl(...view), { mode: 0o600 });
  kubectl('--kubeconfig', kubeconfig, 'config', 'set-context', ELSEWHERE, `--cluster=${CONTEXT}`, `--user=${CONTEXT}`);
});
after(async () => {
  delete process.env.KUBECONFIG;
  await deploy();
  registry.stdin!.end();
  forward.close();
  execFileSync('docker', ['exec', CONTROL_PLANE, 'rm', '-rf', '/root/registry', '/root/blobs']);
  rmSync(folder, { recursive: true });
});

test('a context that is not kind’s is refused without a registry and gets its images by digest from one', async () => {
  process.env.KUBECONFIG = kubeconfig;
  const refused = await nx('run', 'product:deploy-kind', '--context', ELSEWHERE);
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /"not-kinds" is not a kind cluster.*--registry/);

  const options = ['--context', ELSEWHERE, '--registry', REGISTRY];
  const first = await nx('run-many', '-t', 'deploy-kind', ...options);
  expectSuccess(first);
  assert.match(first.output, new RegExp(`${REGISTRY}: 5 images, `));
  const { image } = (await getObject<Deployment>('deployment/product'))!.spec.template.spec.containers[0]!;
  assert.match(image, new RegExp(`^${REGISTRY}/shop/product@sha256:[0-9a-f]{64}$`));
  await expectServing();

  const again = await nx('run-many', '-t', 'deploy-kind', ...options);
  expectSuccess(again);
  assert.match(again.output, new RegExp(`${REGISTRY}: has everything`));
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '@slipway/util/exec';
import { type ForeignWorkspace, makeForeignWorkspace } from '@slipway/pack/foreign-workspace';
import { foreignPackages, foreignServices } from './foreign/services.ts';

/** Safety limits, ms. */
const DEPLOY_LIMIT_MS = 600_000;
const NAMESPACE = 'acme-foreign';
const cluster = process.env.SLIPWAY_CLUSTER ?? 'slipway';
const context = `kind-${cluster}`;
const SERVICES = ['gosvc', 'nest', 'store', 'web'];

let workspace: ForeignWorkspace;
before(async () => {
  workspace = await makeForeignWorkspace({
    'package.json': JSON.stringify({
      name: 'acme',
      private: true,
      workspaces: ['services/*', 'libs/*'],
      dependencies: foreignPackages,
      devDependencies: { '@slipway/cluster': '0.1.0' },
    }),
    'nx.json': JSON.stringify({
      analytics: false,
      neverConnectToCloud: true,
      plugins: [{ plugin: 'slipway', options: { namespace: NAMESPACE } }],
    }),
    '.gitignore': 'node_modules\ndist\n',
    ...foreignServices,
  });
  const { root } = workspace;
  await installBeside(root);
  mkdirSync(join(root, 'node_modules/@acme'));
  symlinkSync('../../libs/greet', join(root, 'node_modules/@acme/greet'));
  // The binary is what their own build would have made before docker build.
  await exec(['go', 'build', '-o', 'bin/server', '.'], {
    cwd: join(root, 'services/gosvc'),
    env: { CGO_ENABLED: '0' },
  });
});
after(async () => {
  await exec(['kubectl', '--context', context, 'delete', 'namespace', NAMESPACE, '--ignore-not-found']);
  rmSync(workspace.root, { recursive: true, force: true });
});

test('one command from zero deploys Express, Nest, Go and knex, each built in its own way', async () => {
  await nx(['g', 'slipway:init']);
  await nx(['run-many', '-t', 'deploy-kind']);
  assert.deepEqual(await ask('web'), { greeting: 'hello web' });
  assert.deepEqual(await ask('nest'), { greeting: 'hello nest' });
  assert.deepEqual(await ask('gosvc'), { greeting: 'hello go' });
  assert.deepEqual(await ask('store'), { items: 0 }, 'its table was there before it was');
  assert.deepEqual(await ask('web', 'go'), { greeting: 'hello go' }, 'by its edge');
});

test('a service that does not build fails alone, with its compiler’s words', async () => {
  const before = await podsOf(SERVICES.filter((name) => name !== 'nest'));
  writeFileSync(join(workspace.root, 'services/nest/src/main.ts'), "const wrong: number = 'text';\n");
  const said: string[] = [];
  await assert.rejects(
    nx(['run-many', '-t', 'deploy-kind'], (line) => said.push(line)),
    /nest:deploy-kind/,
  );
  assert.match(said.join('\n'), /TS2322/);
  assert.deepEqual(await ask('nest'), { greeting: 'hello nest' }, 'the old one serves');
  assert.deepEqual(await podsOf(SERVICES.filter((name) => name !== 'nest')), before, 'the others were not touched');
});

/** Packages of others, from the registry, in a folder of their own: npm would drop the tarballs' from this one. */
async function installBeside(root: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-packages-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'acme', private: true, dependencies: foreignPackages }),
  );
  await exec(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
  execFileSync('rm', ['-rf', join(root, 'node_modules/typescript')]);
  // What is there already stays: it is what slipway was packed with.
  execFileSync('cp', ['-an', `${folder}/node_modules/.`, join(root, 'node_modules')]);
  execFileSync('cp', ['-a', `${folder}/node_modules/.bin/.`, join(root, 'node_modules/.bin')]);
  execFileSync('cp', [join(folder, 'package-lock.json'), root]);
  rmSync(folder, { recursive: true });
}

function nx(args: string[], onLine: (line: string) => void = () => {}): Promise<string> {
  return exec(workspace.nxCommand(...args), {
    cwd: workspace.root,
    env: { ...workspace.env, SLIPWAY_CLUSTER: cluster, KUBECONFIG: process.env.KUBECONFIG },
    timeoutMs: DEPLOY_LIMIT_MS,
    onLine,
  });
}

/** What a service answers, through the API server. */
async function ask(service: string, path = ''): Promise<unknown> {
  const url = `/api/v1/namespaces/${NAMESPACE}/services/${service}:80/proxy/${path}`;
  return JSON.parse(await exec(['kubectl', '--context', context, 'get', '--raw', url])) as unknown;
}

async function podsOf(services: string[]): Promise<string[]> {
  const selector = `app.kubernetes.io/name in (${services.join(',')})`;
  const output = await exec([
    'kubectl',
    '--context',
    context,
    '-n',
    NAMESPACE,
    'get',
    'pods',
    '-l',
    selector,
    '-o',
    'name',
  ]);
  return output.trim().split('\n').sort();
}

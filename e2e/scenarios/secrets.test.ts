import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { LeakSearch, type SecretValue } from '@slipway/testing/secrets';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { quietKubectl } from './support/quiet-kubectl.ts';
import { secretValues } from './support/secret-values.ts';
import { fetchGateway } from './support/gateway.ts';
import { CONTROL_PLANE, deploy, expectSuccess, NAMESPACE, nx } from './support/stack.ts';

type Pod = {
  metadata: { name: string };
  spec: { initContainers?: { name: string }[]; containers: { name: string; image: string }[] };
  status: { containerStatuses?: { name: string; restartCount: number }[] };
};

let secrets: SecretValue[];

before(async () => {
  await deploy();
  secrets = await secretValues();
});

test('the search knows every kind of secret, and finds one that is planted in a ConfigMap', async () => {
  const names = new Set(secrets.map(({ name }) => name));
  const kinds = [
    'user SIGNING_KEYS',
    'user ADMIN_PASSWORD',
    'user GATEWAY_KEY',
    'gateway USER_KEY',
    'order DATABASE_URL',
  ];
  for (const name of [...kinds, 'order-db POSTGRES_PASSWORD']) assert.ok(names.has(name), `${name} is not looked for`);
  assert.ok(
    secrets.every(({ value }) => value.length >= 12),
    'a short value would be found by chance',
  );
  const configMap = ['-n', NAMESPACE, 'configmap', 'planted'] as const;
  const { name, value } = secrets.find((secret) => secret.name === 'user ADMIN_PASSWORD')!;
  await quietKubectl(['create', ...configMap, `--from-literal=KEY=${value}`]);
  try {
    const search = new LeakSearch(secrets);
    await searchObjects(search);
    assert.deepEqual([...search.found], [`${name} in objects of the namespace`]);
  } finally {
    await quietKubectl(['delete', ...configMap]);
  }
});

test('no secret is in a file that git tracks', async () => {
  const search = new LeakSearch(secrets);
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: workspaceRoot, encoding: 'utf8' }).split('\0');
  // Also what would be tracked by the next `git add`.
  const others = ['ls-files', '-z', '--others', '--exclude-standard'];
  const untracked = execFileSync('git', others, { cwd: workspaceRoot, encoding: 'utf8' }).split('\0');
  searchFiles(search, [...tracked, ...untracked]);
  expectNothing(search);
});

test('no secret is in an image that runs', async () => {
  const search = new LeakSearch(secrets);
  const images = new Set((await pods()).flatMap(({ spec }) => spec.containers.map(({ image }) => image)));
  const ctr = ['exec', CONTROL_PLANE, 'ctr', '--namespace=k8s.io', 'images', 'export', '-', ...images];
  const exported = spawn('docker', ctr, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(exported, 'exit');
  await search.stream('an image', exported.stdout);
  assert.deepEqual(await ended, [0, null]);
  expectNothing(search);
});

test('no secret is in any other object of the namespace, ConfigMaps and events included', async () => {
  const search = new LeakSearch(secrets);
  await searchObjects(search);
  expectNothing(search);
});

test('no secret is in an error that a client gets', async () => {
  const search = new LeakSearch(secrets);
  const json = { 'content-type': 'application/json' };
  const adminEmail = 'admin@shop.example';
  const requests: [string, RequestInit][] = [
    [
      '/api/v1/sessions',
      { method: 'POST', headers: json, body: JSON.stringify({ email: adminEmail, password: 'wrong' }) },
    ],
    ['/api/v1/sessions', { method: 'POST', headers: json, body: '{' }],
    [
      '/api/v1/users',
      {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ email: adminEmail, password: 'x'.repeat(20), name: 'A' }),
      },
    ],
    ['/api/v1/orders', { method: 'POST', headers: { ...json, authorization: 'Bearer a.b.c' }, body: '{}' }],
    ['/internal/v1/reservations', { method: 'POST', headers: { ...json, 'x-service-key': 'a guess' }, body: '{}' }],
    ['/api/v1/products?cursor=nonsense', {}],
    ['/%', {}],
  ];
  for (const [path, init] of requests) {
    const response = await fetchGateway(path, init);
    assert.ok(response.status >= 400, `${path} answered ${response.status}`);
    search.text(`the answer of ${path}`, JSON.stringify([...response.headers]) + (await response.text()));
  }
  expectNothing(search);
});

test('no secret is in what a start says that fails', async () => {
  const search = new LeakSearch(secrets);
  // Every value is there, and something is wrong with it.
  const starts = [
    ['main.js', '{ DATABASE_URL: env.DATABASE_URL.replace("postgres:", "mysql:"), PORT: env.USER_URL ?? "none" }', 78],
    [
      'main.js',
      '{ SIGNING_KEYS: (env.SIGNING_KEYS ?? "").slice(0, -3) + "]}", GATEWAY_KEY: env.GATEWAY_KEY + "," }',
      78,
    ],
    ['migrate.js', '{ DATABASE_URL: env.DATABASE_URL.replace(/\\/\\/\\w+:/, "//nobody:") }', 1],
    ['migrate.js', '{ DATABASE_URL: env.DATABASE_URL.replace(/@.*/, "") }', 1],
  ] as const;
  for (const [program, changes, code] of starts) {
    const script = `
      const { env } = process;
      const { status, stdout, stderr } = require('node:child_process').spawnSync('node', ['${program}'], {
        env: { ...env, ...${changes} }, encoding: 'utf8', timeout: 20_000,
      });
      console.log(JSON.stringify({ status, output: stdout + stderr }));`;
    const reply = await quietKubectl(['-n', NAMESPACE, 'exec', 'deploy/user', '-c', 'app', '--', 'node', '-e', script]);
    const { status, output } = JSON.parse(reply) as { status: number; output: string };
    assert.equal(status, code, program);
    assert.notEqual(output, '');
    search.text(`what ${program} says`, output);
  }
  expectNothing(search);
});

/** By hand, in the cluster's Secret of product. */
async function setOrderKey(ORDER_KEY: string): Promise<void> {
  const patch = JSON.stringify({ stringData: { ORDER_KEY } });
  const how = ['--type=merge', '--field-manager=a-hand', '-p', patch];
  await quietKubectl(['-n', NAMESPACE, 'patch', 'secret', 'product', ...how]);
}

test('no secret is in what slipway prints and writes', async () => {
  const search = new LeakSearch(secrets);
  // A Secret that differs is what a diff would like to show.
  await setOrderKey('k'.repeat(64));
  try {
    const diff = await nx('run', 'deploy:diff', '--json');
    expectSuccess(diff);
    assert.match(diff.output, /Secret\/product/);
    assert.doesNotMatch(diff.output, /k{64}|a2tr/);
    search.text('the output of deploy:diff', diff.output);
  } finally {
    await setOrderKey(secrets.find(({ name }) => name === 'product ORDER_KEY')!.value);
  }
  const deployed = await nx('run-many', '-t', 'deploy-kind', '--json');
  expectSuccess(deployed);
  search.text('the output of a deploy', deployed.output);
  searchFiles(search, globSync(['.slipway/checks/**', '.slipway/timelines/**', 'dist/**'], { cwd: workspaceRoot }));
  expectNothing(search);
});

test('no secret is in a log of any container, of its previous run neither', async () => {
  const search = new LeakSearch(secrets);
  for (const { metadata, spec, status } of await pods()) {
    for (const { name } of [...(spec.initContainers ?? []), ...spec.containers]) {
      const log = ['-n', NAMESPACE, 'logs', metadata.name, '-c', name];
      search.text(`the log of ${metadata.name}/${name}`, await quietKubectl(log));
      const restarts = status.containerStatuses?.find((entry) => entry.name === name)?.restartCount ?? 0;
      if (restarts > 0)
        search.text(`the previous log of ${metadata.name}/${name}`, await quietKubectl([...log, '--previous']));
    }
  }
  expectNothing(search);
});

test('the local copy is for its owner alone, and out of git', () => {
  const folder = join(workspaceRoot, 'deploy/dev/generated');
  const files = globSync(`${folder}/*.secret.json`);
  assert.ok(files.length > 0);
  for (const file of files) assert.equal(statSync(file).mode & 0o077, 0, file);
  execFileSync('git', ['check-ignore', '--quiet', folder], { cwd: workspaceRoot });
});

async function pods(): Promise<Pod[]> {
  return (JSON.parse(await quietKubectl(['-n', NAMESPACE, 'get', 'pods', '-o', 'json'])) as { items: Pod[] }).items;
}

async function searchObjects(search: LeakSearch): Promise<void> {
  const listed = await quietKubectl(['api-resources', '--namespaced', '--verbs=list', '-o', 'name']);
  const resources = listed.split('\n').filter((name) => name !== '' && name !== 'secrets');
  search.text(
    'objects of the namespace',
    await quietKubectl(['-n', NAMESPACE, 'get', resources.join(','), '-o', 'json']),
  );
}

function searchFiles(search: LeakSearch, paths: string[]): void {
  for (const path of paths) {
    const file = join(workspaceRoot, path);
    // A tracked file may be deleted, and a link names what is searched itself.
    const status = path === '' ? undefined : lstatSync(file, { throwIfNoEntry: false });
    if (status?.isFile() === true) search.text(path, readFileSync(file));
  }
}

function expectNothing(search: LeakSearch): void {
  assert.ok(search.searchedBytes > 0, 'there was nothing to search');
  assert.deepEqual([...search.found], []);
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LeakSearch, type SecretValue } from '@slipway/testing/secrets';
import { type FakeApi, openFakeApi } from '../support/fake-api.ts';
import { runPods } from '../support/fake-controller.ts';
import { fakeDocker } from '../support/fake-docker.ts';
import {
  clusterObjects,
  copyWorkspace,
  hasKubectl,
  makeCache,
  makeSecretWorkspace,
  plantedSecrets,
  NODE_PORT,
  STACK,
} from '../support/secret-workspace.ts';

/** Only keeps a broken run from hanging. */
const limit = { timeout: 300_000 };
const withKubectl = { ...limit, skip: hasKubectl() ? false : 'kubectl comes with npm run cluster -- up' };
const RUNNER = join(import.meta.dirname, '../support/run-executor.ts');
/** What is meant to hold values; each has to be for its owner alone. */
const HOLDERS =
  /^(deploy\/dev\/generated\/[^/]+\.secret\.json|apps\/[^/]+\/\.env|\.slipway\/local\/[^/]+\/secrets\.env)$/;

let folder: string;
let template: string;
let cache: string;
let registry: Server;
let registryHost: string;
const docker = fakeDocker({ fake: { [NODE_PORT]: '127.0.0.1:31000' } });

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-leaks-'));
  cache = await makeCache();
  template = makeSecretWorkspace(folder);
  // A fake registry that has every blob and takes every manifest.
  registry = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(request.method === 'PUT' ? 201 : 200).end());
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  registryHost = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
after(() => {
  docker.restore();
  registry.closeAllConnections();
  registry.close();
  rmSync(folder, { recursive: true });
  rmSync(cache, { recursive: true });
});

type Secrets = Record<string, Record<string, string>>;
type Command = { executor: string; options?: object; project?: string };
type Failure = {
  /** What is wrong with the cluster, its secrets, or the workspace. */
  arrange?: (place: { api: FakeApi; root: string; secrets: Secrets }) => void;
  env?: Record<string, string>;
  commands: Command[];
  /** What every command says, which then has to fail. */
  says?: RegExp;
};

const CONTEXT = { context: 'kind-fake' };
const deploy = (): Command => ({
  executor: 'deployKind',
  project: 'alpha',
  options: { ...CONTEXT, registry: registryHost, timeout: 1, force: true, dryRun: false },
});
const diff: Command = { executor: 'diff', options: CONTEXT };
const rotate: Command = { executor: 'rotateSecrets', options: { ...CONTEXT, timeout: 1, dryRun: false } };
/** What needs no database. */
const rotateKeys: Command = {
  executor: 'rotateSecrets',
  options: { ...CONTEXT, timeout: 1, dryRun: false, only: ['edge-keys', 'signing-keys'] },
};
const dryRun: Command = { executor: 'rotateSecrets', options: { ...CONTEXT, timeout: 1, dryRun: true } };
const assemble: Command = { executor: 'assemble', options: { ...CONTEXT, baseOnly: false, check: false } };
const backup: Command = { executor: 'backup', project: 'alpha', options: { ...CONTEXT, to: 'alpha.dump' } };
const restore: Command = {
  executor: 'restore',
  project: 'alpha',
  options: { ...CONTEXT, from: 'there.dump', replace: true, timeout: 1 },
};
/** What e2e and the like are started by: a command with the stack's credentials in its environment. */
const run: Command = {
  executor: 'run',
  project: 'alpha',
  options: { ...CONTEXT, command: ['echo', 'ran'], __unparsed__: [] },
};
const others: Command[] = [
  { executor: 'status', options: { ...CONTEXT, watch: false, json: false } },
  { executor: 'logs', options: { ...CONTEXT, previous: false, follow: false, json: false, local: false } },
  { executor: 'teardown', options: { ...CONTEXT, keepVolumes: true, timeout: 1 } },
];
const externalSecrets: Command = {
  executor: 'externalSecrets',
  options: { store: 'vault', storeKind: 'ClusterSecretStore' },
};

/** Everything that the server was sent, and what it had: as servers do that quote a request in their refusal. */
const quoting = (sent: string) => {
  const decoded = sent.replace(
    /"([A-Za-z0-9+/]{8,}={0,2})"/g,
    (_, text: string) => `"${Buffer.from(text, 'base64').toString()}"`,
  );
  return JSON.stringify({ kind: 'Status', message: `admission webhook denied ${sent} that is ${decoded}` });
};

async function expectNoLeak({ commands, ...failure }: Failure): Promise<void> {
  const left = [...commands];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await expectNone(next, failure);
  };
  await Promise.all([work(), work()]);
}

async function expectNone(command: Command, { arrange, env = {}, says }: Omit<Failure, 'commands'>): Promise<void> {
  const { secrets, values } = plantedSecrets();
  const root = copyWorkspace(template);
  const api = await openFakeApi();
  arrange?.({ api, root, secrets });
  for (const object of clusterObjects(secrets)) api.put(object);
  try {
    const { output, code } = await execute(command, root, { KUBECONFIG: api.kubeconfig, ...env });
    const search = new LeakSearch([...values, ...generatedValues(api)]);
    search.text(`the output of ${command.executor}`, output);
    searchFiles(search, root);
    searchObjects(search, api);
    assert.deepEqual([...search.found], [], output);
    assert.doesNotMatch(output, /bug in slipway|\n\s+at .*\.ts:\d/, command.executor);
    if (says === undefined) return;
    assert.match(output, says, command.executor);
    assert.notEqual(code, 0, `${command.executor} succeeded:\n${output}`);
  } finally {
    api.close();
    rmSync(root, { recursive: true });
  }
}

/** What the command itself has made up and stored. */
function generatedValues(api: FakeApi): SecretValue[] {
  const secrets = [...api.objects.values()].filter(({ kind }) => kind === 'Secret');
  return secrets.flatMap(({ data, metadata }) =>
    Object.entries(data as Record<string, string>).flatMap(([key, encoded]) => {
      const text = Buffer.from(encoded, 'base64').toString();
      const parts = [...text.matchAll(/"d":"([^"]+)"/g), ...text.matchAll(/:([^:@/]+)@/g)].map(([, part]) => part!);
      return [...text.split(','), ...parts]
        .filter((part) => part.length >= 20 && !part.includes('"kty"'))
        .map((value) => ({ name: `${metadata.name} ${key}`, value }));
    }),
  );
}

async function execute({ executor, options = {}, project }: Command, root: string, env: Record<string, string>) {
  const args = [
    executor,
    JSON.stringify(options),
    JSON.stringify({
      root,
      cwd: root,
      projectName: project,
      projectsConfigurations: { projects: { alpha: { root: 'apps/alpha' } } },
    }),
  ];
  const child = spawn(process.execPath, [RUNNER, ...args], {
    cwd: root,
    env: { ...process.env, SLIPWAY_CACHE: cache, CI: 'yes', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.notEqual(output, '', `${executor} said nothing`);
  return { output, code };
}

function searchFiles(search: LeakSearch, root: string): void {
  for (const entry of globSync('**/*', { cwd: root, withFileTypes: true, exclude: (file) => file.name === '.git' })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(root.length + 1);
    if (HOLDERS.test(path)) assert.equal(lstatSync(file).mode & 0o077, 0, path);
    else search.text(path, readFileSync(file));
  }
}

function searchObjects(search: LeakSearch, api: FakeApi): void {
  for (const [path, object] of api.objects) {
    const { data: _, ...rest } = object;
    search.text(path, JSON.stringify(object.kind === 'Secret' ? rest : object));
  }
  search.text('the addresses that were written to', api.writes.join('\n'));
}

test('the search finds a value that is printed, and one in a file and in an object', async () => {
  const { values } = plantedSecrets();
  for (const { name, value } of values) {
    const search = new LeakSearch([{ name, value }]);
    for (const text of [value, JSON.stringify(value), Buffer.from(`x${value}`).toString('base64')]) {
      search.text('here', `before ${text} after`);
      assert.deepEqual([...search.found], [`${name} in here`]);
      search.found.clear();
    }
  }
});

test('a cluster that takes everything, and whose pods never start', limit, () =>
  expectNoLeak({
    commands: [assemble, diff, deploy(), rotate, rotateKeys, dryRun, externalSecrets, ...others, backup, restore, run],
  }),
);

test('an API server that refuses to store a Secret, and quotes it', withKubectl, () =>
  expectNoLeak({
    arrange: ({ api }) => {
      api.controller = runPods(api);
      api.intercept = (method, path, sent) =>
        method !== 'GET' && path.includes('/secrets/') ? { status: 422, body: quoting(sent) } : undefined;
    },
    commands: [diff, deploy(), rotateKeys],
    says: /denied|refuses/,
  }),
);

test('an API server that breaks off in the middle of the Secrets, or fails with a page of text', limit, async () => {
  const broken = (body: (text: string) => { status: number; body: string }) => ({
    arrange: ({ api, secrets }: { api: FakeApi; secrets: Secrets }) => {
      const text = JSON.stringify({ items: clusterObjects(secrets) });
      api.intercept = (method, path) =>
        path.endsWith(`/${STACK}/secrets`) && method === 'GET' ? body(text) : undefined;
    },
    commands: [deploy(), rotate, run],
  });
  await expectNoLeak({ ...broken((text) => ({ status: 200, body: text.slice(0, -30) })), says: /cannot be read/ });
  const page = broken((text) => ({ status: 200, body: `<html>${text}` }));
  await expectNoLeak({ ...page, commands: [rotate], says: /cannot be read/ });
});

test('values that are not what they should be', limit, async () => {
  await expectNoLeak({
    arrange: ({ secrets }) => (secrets.alpha!.ADMIN_PASSWORD += '\0'),
    commands: [assemble, diff, deploy(), rotate, run],
    says: /Secret demo\/alpha ADMIN_PASSWORD: holds a NUL byte/,
  });
  await expectNoLeak({
    arrange: ({ secrets }) => (secrets.alpha!.SIGNING_KEYS = `${secrets.alpha!.CERTIFICATE} and the PEM of another`),
    commands: [rotate],
    says: /Secret demo\/alpha SIGNING_KEYS: is no JSON Web Key Set/,
  });
  await expectNoLeak({
    arrange: ({ secrets }) => {
      secrets.alpha!.DATABASE_URL = `postgres://alpha:${secrets['alpha-db']!.POSTGRES_PASSWORD}%zz@alpha-db:5432/alpha`;
      secrets.alpha!.ADMIN_EMAIL = secrets.alpha!.CERTIFICATE!;
    },
    commands: [deploy(), rotate, backup, run],
  });
});

test('an overlay that kustomize cannot read, and no kubectl at all', withKubectl, async () => {
  await expectNoLeak({
    arrange: ({ root }) =>
      writeFileSync(join(root, 'deploy/dev/kustomization.yaml'), 'resources: [../base, nowhere.yaml]\n'),
    commands: [diff, deploy()],
    says: /nowhere\.yaml/,
  });
  await expectNoLeak({ env: { PATH: '/nowhere' }, commands: [diff, deploy(), backup], says: /kubectl/ });
});

test('a cluster that cannot be reached', limit, () => {
  const kubeconfig = join(folder, 'unreachable');
  const cluster = { name: 'fake', cluster: { server: 'http://127.0.0.1:1' } };
  const contexts = [{ name: 'kind-fake', context: { cluster: 'fake', user: 'fake' } }];
  writeFileSync(kubeconfig, JSON.stringify({ clusters: [cluster], contexts, users: [{ name: 'fake', user: {} }] }));
  return expectNoLeak({
    env: { KUBECONFIG: kubeconfig },
    commands: [assemble, diff, deploy(), rotate, ...others, backup],
    says: /does not answer/,
  });
});

test('files that are broken, cannot be written, or would be staged by git', limit, async () => {
  const copy = 'deploy/dev/generated/alpha.secret.json';
  const withCopy =
    (text: (secrets: Secrets) => string) =>
    ({ root, secrets }: { root: string; secrets: Secrets }) => {
      mkdirSync(join(root, 'deploy/dev/generated'), { recursive: true });
      writeFileSync(join(root, copy), text(secrets), { mode: 0o600 });
      delete secrets.alpha;
      delete secrets['alpha-db'];
    };
  await expectNoLeak({
    arrange: withCopy(({ alpha }) => `{"data":{"CERTIFICATE":${alpha!.CERTIFICATE}`),
    commands: [assemble, deploy()],
    says: /alpha\.secret\.json: is not the Secret that slipway has written/,
  });
  await expectNoLeak({
    arrange: ({ root }) => mkdirSync(join(root, copy, 'taken'), { recursive: true }),
    commands: [assemble, deploy()],
    says: /alpha\.secret\.json: cannot be written/,
  });
  await expectNoLeak({
    arrange: ({ root }) => writeFileSync(join(root, '.gitignore'), ''),
    commands: [assemble, diff, deploy(), backup],
    says: /git/,
  });
});

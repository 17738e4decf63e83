import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkCluster } from '../../../src/operate/doctor/cluster-checks.ts';
import { formatFindings } from '../../../src/operate/doctor/doctor.ts';
import type { Finding, Machine } from '../../../src/operate/doctor/finding.ts';
import { checkMachine } from '../../../src/operate/doctor/machine-checks.ts';
import { checkWorkspace } from '../../../src/operate/doctor/workspace-checks.ts';
import { workspaceWith } from '../../support/workspace-with.ts';

const GIB = 1024 ** 3;
/** What programs print, by a part of their command line. */
const answers: [string, string][] = [
  ['docker version', '29.0.0\n'],
  ['docker ps', 'acme running acme-control-plane\n'],
  ['current-context', 'kind-acme\n'],
  ['get-contexts', 'kind-acme\nelsewhere\n'],
  ['kubectl', '{ "clientVersion": { "minor": "34" }, "serverVersion": { "minor": "34+" } }'],
  ['npm config get registry', 'https://registry.example/\n'],
];
/** The machine, with other words of one program. */
const saying = (words: string, text: string | undefined): Machine => ({
  ...well,
  output: (...argv) => (argv.join(' ').includes(words) ? Promise.resolve(text) : well.output(...argv)),
});
/** A machine on which everything is well. */
const well: Machine = {
  output: (...argv) => Promise.resolve(answers.find(([words]) => argv.join(' ').includes(words))?.[1]),
  answers: () => Promise.resolve(true),
  fileExists: () => true,
  readFile: () => '1024\n',
  freeBytes: () => Promise.resolve(50 * GIB),
  isPortFree: () => Promise.resolve(true),
  nodeVersion: '24.21.0',
  platform: 'linux',
};
const noProgram = () => Promise.resolve(undefined);
const unwell = (findings: Finding[]) =>
  findings.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check}: ${state}`);

const repositoryPackages = join(import.meta.dirname, '../../../../../node_modules');

/** With this repository's packages. */
function installed(t: TestContext, files: Record<string, string>): string {
  const root = workspaceWith(t, files);
  symlinkSync(repositoryPackages, join(root, 'node_modules'));
  return root;
}
const setUp = {
  'package.json': '{ "name": "acme" }',
  'package-lock.json': '{}',
  'nx.json': '{ "plugins": [{ "plugin": "slipway", "options": { "namespace": "acme" } }] }',
  '.gitignore': '.slipway/\ndeploy/dev/generated/\n.env\n',
  'deploy/kind.yaml':
    'name: acme\nnodes: [{ role: control-plane, extraPortMappings: [{ containerPort: 30080, hostPort: 30080 }] }]\n',
  'deploy/dev/kustomization.yaml': '',
  'apps/api/slipway.yaml': '',
  'apps/api/src/main.ts': '',
};

test('nothing is said of a machine on which everything is well', async () => {
  assert.deepEqual(unwell(await checkMachine(well)), []);
});

const machines: [string, Partial<Machine>, string[], RegExp][] = [
  ['an old Node', { nodeVersion: '22.18.0' }, ['node: problem'], /install Node\.js 22\.19/],
  [
    'no engine',
    { output: noProgram, answers: () => Promise.resolve(true) },
    ['engine: problem'],
    /npm run cluster -- engine --install/,
  ],
  ['cgroup v1', { fileExists: (path) => path.endsWith('memory') }, ['cgroups: note'], /deprecated/],
  ['no cgroups', { fileExists: () => false }, ['cgroups: problem'], /mount -t cgroup2/],
  ['a full disk', { freeBytes: () => Promise.resolve(GIB) }, ['disk: problem'], /1\.0 GiB are free.*SLIPWAY_CACHE/s],
  [
    'no registry',
    { answers: () => Promise.resolve(false) },
    ['registry: note', 'packages: note'],
    /from packages instead/,
  ],
  [
    'no package registry',
    { answers: (url) => Promise.resolve(!url.includes('registry.example')) },
    ['packages: note'],
    /registry\.example.*npm config set registry/s,
  ],
  [
    'a login in the address of the package registry',
    {
      output: (...argv) =>
        argv[0] === 'npm' ? Promise.resolve('https://me:hidden@registry.example/npm/\n') : well.output(...argv),
      answers: (url) => Promise.resolve(!url.includes('hidden')),
    },
    [],
    /answers: https:\/\/registry\.example\/npm\/$/m,
  ],
  ['few inotify instances', { readFile: () => '128\n' }, ['inotify: note'], /about 5 kind nodes.*sysctl fs\.inotify/s],
];
for (const [what, changes, expected, said] of machines) {
  test(`the machine: ${what}`, async () => {
    const findings = await checkMachine({ ...well, ...changes });
    assert.deepEqual(unwell(findings), expected);
    assert.match(formatFindings(findings), said);
  });
}

test('nothing is said of a workspace that is set up', async (t) => {
  assert.deepEqual(unwell(await checkWorkspace(installed(t, setUp))), []);
});

const hoisted = { 'pnpm-lock.yaml': '', 'node_modules/.pnpm/lock.yaml': '' };
const pnpm = { ...hoisted, 'node_modules/.pnpm/pg@8.0.0/node_modules/pg/package.json': '{}' };
const walls: [string, Record<string, string>, RegExp][] = [
  [
    'a service that no glob reaches',
    { 'back/c/slipway.yaml': '' },
    /back\/c\/slipway\.yaml.*"services": \["back\/\*", …\]/s,
  ],
  [
    "an app's own serve",
    { 'apps/api/project.json': '{\n  // as Nx reads it\n  "targets": { "serve": {}, },\n}\n' },
    /apps\/api: the app's own serve hides.*"targetNames": \{ "serve": "slipway-serve" \}/s,
  ],
  [
    'a script of the same name',
    { 'apps/api/package.json': '{ "scripts": { "start": "x", "lint": "y" } }' },
    /own start hides.*"start": "slipway-start"/s,
  ],
  [
    'decorators in a bundle',
    { 'apps/api/src/main.ts': "import { NestFactory } from '@nestjs/core';" },
    /decorators.*build: \{ target/s,
  ],
  [
    "pnpm's links in an image",
    { ...pnpm, 'apps/api/slipway.yaml': 'build: { target: build, entry: dist/main.js }' },
    /pnpm has only linked.*nodeLinker: hoisted/s,
  ],
  [
    'a queue behind closed doors',
    { 'apps/api/slipway.yaml': 'environment: { properties: { PORT: { default: 1 }, REDIS_URL: { default: x } } }' },
    /reads REDIS_URL.*NetworkPolicy/s,
  ],
  ["Plug'n'Play", { '.pnp.cjs': '' }, /Plug'n'Play.*nodeLinker: node-modules/s],
  [
    'a typing error in kind.yaml',
    { 'deploy/kind.yaml': 'name: acme\nnode: []\n' },
    /deploy\/kind\.yaml node is no key that kind knows\n.*→ correct it/,
  ],
  [
    'a role of no node',
    { 'deploy/kind.yaml': 'name: acme\nnodes: [{ role: master }]\n' },
    /deploy\/kind\.yaml nodes\.0\.role must be .*: control-plane, worker\n/,
  ],
];
for (const [what, files, said] of walls) {
  test(`a wall: ${what}`, async (t) => {
    const { 'package-lock.json': lockfile, ...rest } = setUp;
    const root = workspaceWith(t, {
      ...rest,
      ...('pnpm-lock.yaml' in files ? {} : { 'package-lock.json': lockfile }),
      ...files,
    });
    if (!('pnpm-lock.yaml' in files)) symlinkSync(repositoryPackages, join(root, 'node_modules'));
    const findings = (await checkWorkspace(root)).filter(({ state, check }) => state !== 'ok' && check !== 'nx');
    assert.equal(findings.length, 1, formatFindings(findings));
    assert.match(formatFindings(findings), said);
  });
}

test('of packages that pnpm has hoisted nothing is said', async (t) => {
  const { 'package-lock.json': _lockfile, ...rest } = setUp;
  const build = { 'apps/api/slipway.yaml': 'build: { target: build, entry: dist/main.js }' };
  const findings = await checkWorkspace(workspaceWith(t, { ...rest, ...hoisted, ...build }));
  assert.deepEqual(unwell(findings.filter(({ check }) => check !== 'nx')), []);
});

test('a policy of the service opens the way to a queue', async (t) => {
  const files = {
    'apps/api/slipway.yaml': 'environment: { properties: { PORT: { default: 1 }, REDIS_URL: { default: x } } }',
    'apps/api/k8s/fragment.yaml': 'kind: NetworkPolicy\nmetadata: { name: api-redis }\n',
  };
  assert.deepEqual(unwell(await checkWorkspace(installed(t, { ...setUp, ...files }))), []);
});

test('targets with names of their own hide nothing', async (t) => {
  const options = { namespace: 'acme', targetNames: { serve: 'slipway-serve' } };
  const files = {
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'slipway', options }] }),
    'apps/api/project.json': '{ "targets": { "serve": {} } }',
  };
  assert.deepEqual(unwell(await checkWorkspace(installed(t, { ...setUp, ...files }))), []);
});

test('packages of several versions', async (t) => {
  const packages = { slipway: '0.2.0', '@slipway/cluster': '0.1.0', nx: '23.2.1' };
  const files = Object.entries(packages).map(([name, version]) => [
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, version }),
  ]);
  const findings = await checkWorkspace(workspaceWith(t, { ...setUp, ...Object.fromEntries(files) }));
  assert.deepEqual(unwell(findings), ['versions: problem']);
  assert.match(
    formatFindings(findings),
    /slipway 0\.2\.0, @slipway\/cluster 0\.1\.0[^]*slipway@0\.2\.0 @slipway\/cluster@0\.2\.0/,
  );
});

const workspaces: [string, Record<string, string>, string[], RegExp][] = [
  ['no plugin', { 'nx.json': '{}' }, ['set-up: problem'], /npx nx g slipway:init/],
  ['secrets in git', { '.gitignore': 'dist/\n' }, ['git: problem'], /echo '\.env' >> \.gitignore/],
  [
    'a broken service',
    { 'apps/api/slipway.yaml': 'htpp: {}' },
    ['services: problem'],
    /slipway\.yaml:1 htpp: is not known/,
  ],
  [
    'an app of another shape',
    { 'apps/b/slipway.yaml': '' },
    ['services: problem'],
    /apps\/b\/src\/main\.ts is missing/,
  ],
];
for (const [what, files, expected, said] of workspaces) {
  test(`the workspace: ${what}`, async (t) => {
    const findings = await checkWorkspace(installed(t, { ...setUp, ...files }));
    assert.deepEqual(unwell(findings), expected);
    assert.match(formatFindings(findings), said);
  });
}

test('the workspace: the SBOM has hashes from the lockfiles of npm and pnpm, not from that of Yarn', async (t) => {
  const { 'package-lock.json': _, ...rest } = setUp;
  const findings = (lockfile: string) => checkWorkspace(installed(t, { ...rest, [lockfile]: '' }));
  assert.deepEqual(unwell(await findings('pnpm-lock.yaml')), []);
  assert.deepEqual(unwell(await findings('yarn.lock')), ['lockfile: note']);
});

test('the workspace: a service with a build needs no src/main.ts', async (t) => {
  const service = {
    'apps/go/slipway.yaml': 'build: { dockerfile: Dockerfile }',
    'apps/go/Dockerfile': 'FROM scratch\n',
  };
  assert.deepEqual(unwell(await checkWorkspace(installed(t, { ...setUp, ...service }))), []);
});

/** But of the base image, which a machine has or has not. */
const checks = (findings: Finding[]) => unwell(findings).filter((finding) => !finding.startsWith('images'));

test('the cluster: its ports matter until it is there', async (t) => {
  const root = installed(t, setUp);
  const taken = { ...well, isPortFree: () => Promise.resolve(false) };
  assert.deepEqual(checks(await checkCluster(root, taken)), []);
  const output = (...words: string[]) =>
    words.includes('--context') ? Promise.resolve(undefined) : well.output(...(words as [string]));
  assert.deepEqual(checks(await checkCluster(root, { ...taken, output })), ['cluster: problem', 'ports: problem']);
  assert.deepEqual(checks(await checkCluster(root, { ...well, output: noProgram })), ['kubectl: problem']);
});

test('without a cluster there is no context to go to, and a kind.yaml that is wrong has no ports', async (t) => {
  const root = installed(t, { ...setUp, 'deploy/kind.yaml': 'name: acme\nnodes: { role: control-plane }\n' });
  const output: Machine['output'] = (...words) =>
    words.includes('--context') ? Promise.resolve(undefined) : saying('current-context', 'elsewhere').output(...words);
  const findings = unwell(await checkCluster(root, { ...well, output }));
  assert.deepEqual(
    findings.filter((finding) => !finding.startsWith('images')),
    ['cluster: problem'],
  );
});

for (const config of ['', 'nodes:', 'nodes: { a: 1 }', 'nodes: [x, { extraPortMappings: [{ hostPort: 99999 }] }]']) {
  test(`a kind.yaml of wrong types stops no check of the cluster: "${config}"`, async (t) => {
    const root = installed(t, { ...setUp, 'deploy/kind.yaml': `${config}\n` });
    assert.deepEqual(checks(await checkCluster(root, { ...well, output: noProgram })), ['kubectl: problem']);
  });
}

const clusters: [string, Machine, string[], RegExp][] = [
  [
    'versions that are too far apart',
    saying('--context', '{ "clientVersion": { "minor": "30" }, "serverVersion": { "minor": "34" } }'),
    ['kubectl: note'],
    /1\.30, the cluster of 1\.34.*kubectl of 1\.34/s,
  ],
  [
    'another context',
    saying('current-context', 'elsewhere'),
    ['context: note'],
    /talks to elsewhere.*use-context kind-acme/s,
  ],
  [
    'a stopped node',
    { ...well, output: stoppedNode },
    ['leftovers: problem'],
    /stopped: acme-control-plane.*cluster -- up --name acme/s,
  ],
  [
    'a context of a cluster that is gone',
    saying('get-contexts', 'kind-acme\nkind-old\n'),
    ['leftovers: note'],
    /kind-old is of a cluster that is gone.*delete-context kind-old/s,
  ],
];
for (const [what, machine, expected, said] of clusters) {
  test(`the cluster: ${what}`, async (t) => {
    const findings = await checkCluster(installed(t, setUp), machine);
    assert.deepEqual(checks(findings), expected);
    assert.match(formatFindings(findings), said);
  });
}

function stoppedNode(...argv: [string, ...string[]]): Promise<string | undefined> {
  if (argv.includes('--context')) return Promise.resolve(undefined);
  if (argv.includes('ps')) return Promise.resolve('acme exited acme-control-plane\n');
  return well.output(...argv);
}

test('every problem has a line that says how to solve it, and the last line counts them', async () => {
  const findings = await checkMachine({ ...well, output: noProgram, fileExists: () => false });
  for (const { state, hint } of findings) assert.equal(state === 'ok', hint === undefined);
  assert.match(formatFindings(findings), /\n2 problems\.$/);
  assert.match(formatFindings([]), /Nothing is in the way\.$/);
});

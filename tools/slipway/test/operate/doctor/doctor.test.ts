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
/** A machine on which everything is well. */
const well: Machine = {
  output: (program) => Promise.resolve(program === 'docker' ? '29.0.0\n' : 'node/a\n'),
  answers: () => Promise.resolve(true),
  fileExists: () => true,
  freeBytes: () => Promise.resolve(50 * GIB),
  isPortFree: () => Promise.resolve(true),
  nodeVersion: '24.21.0',
  platform: 'linux',
};
const noProgram = () => Promise.resolve(undefined);
const unwell = (findings: Finding[]) =>
  findings.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check}: ${state}`);

/** With this repository's packages. */
function installed(t: TestContext, files: Record<string, string>): string {
  const root = workspaceWith(t, files);
  symlinkSync(join(import.meta.dirname, '../../../../../node_modules'), join(root, 'node_modules'));
  return root;
}
const setUp = {
  'package.json': '{ "name": "acme" }',
  'package-lock.json': '{}',
  'nx.json': '{ "plugins": [{ "plugin": "slipway", "options": { "namespace": "acme" } }] }',
  '.gitignore': '.slipway/\ndeploy/dev/generated/\n.env\n',
  'deploy/kind.yaml': 'name: acme\nnodes: [{ role: control-plane, extraPortMappings: [{ hostPort: 30080 }] }]\n',
  'deploy/dev/kustomization.yaml': '',
  'apps/api/slipway.yaml': '',
  'apps/api/src/main.ts': '',
};

test('nothing is said of a machine on which everything is well', async () => {
  assert.deepEqual(unwell(await checkMachine(well)), []);
});

const machines: [string, Partial<Machine>, string[], RegExp][] = [
  ['an old Node', { nodeVersion: '22.18.0' }, ['node: problem'], /install Node\.js 22\.19/],
  ['no engine', { output: noProgram }, ['engine: problem'], /npm run cluster -- engine --install/],
  ['cgroup v1', { fileExists: (path) => path.endsWith('memory') }, ['cgroups: note'], /deprecated/],
  ['no cgroups', { fileExists: () => false }, ['cgroups: problem'], /mount -t cgroup2/],
  ['a full disk', { freeBytes: () => Promise.resolve(GIB) }, ['disk: problem'], /1\.0 GiB are free.*SLIPWAY_CACHE/s],
  ['no registry', { answers: () => Promise.resolve(false) }, ['registry: note'], /from packages instead/],
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

test('the cluster: its ports matter until it is there', async (t) => {
  const root = installed(t, setUp);
  const taken = { ...well, isPortFree: () => Promise.resolve(false) };
  const checks = (findings: Finding[]) => unwell(findings).filter((finding) => !finding.startsWith('images'));
  assert.deepEqual(checks(await checkCluster(root, taken)), []);
  const output = (...words: string[]) => Promise.resolve(words.includes('--client') ? '{}' : undefined);
  assert.deepEqual(checks(await checkCluster(root, { ...taken, output })), ['cluster: problem', 'ports: problem']);
  assert.deepEqual(checks(await checkCluster(root, { ...well, output: noProgram })), [
    'kubectl: problem',
    'cluster: problem',
  ]);
});

test('every problem has a line that says how to solve it, and the last line counts them', async () => {
  const findings = await checkMachine({ ...well, output: noProgram, fileExists: () => false });
  for (const { state, hint } of findings) assert.equal(state === 'ok', hint === undefined);
  assert.match(formatFindings(findings), /\n2 problems\.$/);
  assert.match(formatFindings([]), /Nothing is in the way\.$/);
});

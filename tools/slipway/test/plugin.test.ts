import assert from 'node:assert/strict';
import fs, { rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, matchesGlob, relative } from 'node:path';
import { test } from 'node:test';
import type { CreateNodesContext, TargetConfiguration } from '@nx/devkit';
import { exec } from '@slipway/util/exec';
import { assemble } from '../src/manifests/assemble.ts';
import { createNodes } from '../src/plugin.ts';
import { workspaceWith } from './support/workspace-with.ts';

const SHARED = {
  'package.json': '{"name":"shop","type":"module"}',
  'nx.json': '{"plugins":[{"plugin":"slipway","options":{"namespace":"shop"}}]}',
  'deploy/kind.yaml': 'name: slipway\n',
};
const CONFIG = `import { port } from './port.ts';
export const schema = { properties: { PORT: { type: 'integer', description: 'd', default: port, 'x-slipway': { kind: 'plain' } } } };
`;
const FUNCTIONS = ['readFileSync', 'existsSync', 'readdirSync', 'statSync'] as const;

/** Paths below `root` that `run` asks for in this process; packages are left out, because the lockfile stands for them. */
async function askedFor(root: string, run: () => Promise<unknown>): Promise<string[]> {
  const asked = new Set<string>();
  const functions = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const originals = FUNCTIONS.map((name) => [name, functions[name]!] as const);
  for (const [name, original] of originals)
    functions[name] = (...args) => {
      asked.add(relative(root, String(args[0])));
      return original(...args);
    };
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    for (const [name, original] of originals) functions[name] = original;
    syncBuiltinESMExports();
  }
  return [...asked].filter((path) => path !== '' && !path.startsWith('..') && !path.includes('node_modules'));
}

async function baseTarget(root: string, marker: string): Promise<TargetConfiguration> {
  const files = ['deploy/kind.yaml', marker];
  const nodes = await createNodes[1](files, undefined, { workspaceRoot: root } as CreateNodesContext);
  const projects = nodes.map(([, result]) => result.projects?.deploy);
  const target = projects.find((project) => project !== undefined)?.targets?.['assemble-base'];
  assert.ok(target !== undefined);
  return target;
}

const services: [string, Record<string, string>][] = [
  [
    'a service by convention',
    { 'src/config.ts': CONFIG, 'src/port.ts': 'export const port: number = 80;', 'k8s/fragment.yaml': '# nothing' },
  ],
  [
    'a service that may have a program that migrates',
    { 'slipway.yaml': 'database: { url: DATABASE_URL }', 'package.json': '{}' },
  ],
  [
    'a service that migrates by a target',
    {
      'slipway.yaml': 'database: { url: DATABASE_URL, migrate: { target: migrate } }',
      'project.json': '{"targets":{"migrate":{"command":"npx knex migrate:latest"}}}',
    },
  ],
  [
    'an environment of data',
    { 'slipway.yaml': 'environment: env.json', 'env.json': '{"properties":{"PORT":{"default":80}}}' },
  ],
];
for (const [what, own] of services) {
  test(`all that deploy/base is made from is an input of its cached target: ${what}`, async (t) => {
    const service = Object.entries(own).map(([path, text]) => [`apps/a/${path}`, text]);
    const root = workspaceWith(t, { ...SHARED, ...Object.fromEntries(service) });
    const marker = 'slipway.yaml' in own ? 'apps/a/slipway.yaml' : 'apps/a/k8s/fragment.yaml';
    const target = await baseTarget(root, marker);
    assert.equal(target.cache, true);
    const inputs = (target.inputs ?? []).map((input) => String(input).replace('{workspaceRoot}/', ''));
    const settings = { workspaceRoot: root, stack: 'shop', workspace: 'shop', cluster: 'c', defaultCluster: 'c' };
    const asked = await askedFor(root, () => assemble(settings));
    assert.ok(asked.includes(marker), asked.join('\n'));
    // The folder of the migrations is an input by its files.
    const unknown = asked.filter(
      (path) => !inputs.some((input) => matchesGlob(path, input) || join(path, '*') === input),
    );
    assert.deepEqual(unknown, []);
  });
}

const hidden: [string, Record<string, string>][] = [
  ['git ignores it', { '.gitignore': 'port.ts\n' }],
  ['git ignores its folder', { '.gitignore': 'apps/*/src/\n' }],
  ['Nx is to ignore it', { '.nxignore': 'apps/a/src/port.ts\n' }],
];
for (const [what, files] of hidden) {
  test(`deploy/base is made anew each time where Nx does not see a file that config.ts imports: ${what}`, async (t) => {
    const root = workspaceWith(t, {
      ...SHARED,
      ...files,
      'apps/a/src/config.ts': CONFIG,
      'apps/a/src/port.ts': 'export const port = 80;',
      'apps/a/k8s/fragment.yaml': '# nothing',
    });
    await exec(['git', '-C', root, 'init', '--quiet']);
    assert.equal((await baseTarget(root, 'apps/a/k8s/fragment.yaml')).cache, false);
    for (const name of Object.keys(files)) rmSync(join(root, name));
    assert.equal((await baseTarget(root, 'apps/a/k8s/fragment.yaml')).cache, true);
  });
}

test('deploy/base is made anew each time where config.ts reads a file outside of the workspace', async (t) => {
  const elsewhere = workspaceWith(t, { 'port.json': '80' });
  const read = `import { readFileSync } from 'node:fs';
const port = Number(readFileSync(${JSON.stringify(join(elsewhere, 'port.json'))}, 'utf8'));`;
  const root = workspaceWith(t, {
    ...SHARED,
    'apps/a/src/config.ts': CONFIG.replace("import { port } from './port.ts';", read),
    'apps/a/k8s/fragment.yaml': '# nothing',
  });
  assert.equal((await baseTarget(root, 'apps/a/k8s/fragment.yaml')).cache, false);
});

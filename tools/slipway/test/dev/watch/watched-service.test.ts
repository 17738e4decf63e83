import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { watchService } from '../../../src/dev/watch/watched-service.ts';
import { workspaceWith, write } from '../../support/workspace-with.ts';

async function begun(t: TestContext, files: Record<string, string>) {
  const root = workspaceWith(t, {
    'package.json': '{"name":"ws","workspaces":["apps/*"]}',
    'package-lock.json': '{}',
    'apps/tool/package.json': '{"name":"tool","type":"module"}',
    ...files,
  });
  const service = watchService(root, 'apps/tool');
  await service.begin();
  t.after(() => service.close());
  return { root, wayOf: (path: string) => service.changeActionOf([`apps/tool/${path}`]) };
}

const DEPLOYED = ['k8s/fragment.yaml', 'slipway.yaml'];

for (const [what, slipwayYaml, more, deployed, ignored] of [
  [
    'one with a Dockerfile',
    'build: { dockerfile: docker/Containerfile }',
    {},
    ['docker/Containerfile', 'main.go'],
    ['Dockerfile', 'README.md', 'tests/main.go'],
  ],
  [
    'one that Nx builds, and runs here by a target that watches',
    'build: { target: build, entry: dist/main.js }\nrun: { target: serve }\nenvironment: env/schema.yaml',
    { 'apps/tool/env/schema.yaml': 'properties: { PORT: { type: integer, default: 3000 } }' },
    ['env/schema.yaml', 'src/main.ts'],
    ['dist/main.js', 'README.md'],
  ],
  [
    'one whose port has another name',
    'http: { port: LISTEN }\nenvironment: env.schema.json',
    { 'apps/tool/env.schema.json': '{"properties":{"LISTEN":{"type":"integer","default":3000}}}' },
    ['env.schema.json', 'src/main.ts'],
    ['other.json', 'README.md'],
  ],
] as const) {
  test(`${what} is deployed by an edit of what its pods are made of`, async (t) => {
    const { wayOf } = await begun(t, { 'apps/tool/slipway.yaml': slipwayYaml, ...more });
    for (const path of [...DEPLOYED, ...deployed])
      assert.deepEqual(await wayOf(path), { way: 'deploy', because: `apps/tool/${path}` });
    for (const path of ignored) assert.deepEqual(await wayOf(path), { way: 'none' });
  });
}

test('a synced service is deployed once its environment, wherever that is, declares something else', async (t) => {
  const schema = (description: string) =>
    JSON.stringify({ properties: { PORT: { type: 'integer', default: 3000, description } } });
  const { root, wayOf } = await begun(t, {
    'apps/tool/slipway.yaml': 'environment: env.schema.json\nhttp: { ready: /ready }',
    'apps/tool/env.schema.json': schema('one'),
    'apps/tool/src/main.ts': 'export {};\n',
  });
  assert.deepEqual(await wayOf('env.schema.json'), { way: 'none' }, 'it says what it said');
  write(root, 'apps/tool/env.schema.json', schema('two'));
  assert.deepEqual(await wayOf('env.schema.json'), { way: 'deploy', because: 'apps/tool/env.schema.json' });
  write(root, 'apps/tool/env.schema.json', schema('one'));
  write(root, 'apps/tool/slipway.yaml', 'environment: env.schema.json\nhttp: { ready: /healthy }');
  assert.deepEqual(await wayOf('slipway.yaml'), { way: 'deploy', because: 'apps/tool/slipway.yaml' });
});

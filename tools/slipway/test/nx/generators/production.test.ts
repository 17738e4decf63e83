import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FsTree } from 'nx/src/generators/tree.js';
import { parseDocument } from 'yaml';
import { assemble } from '../../../src/manifests/assemble.ts';
import { renderOverlay } from '../../../src/manifests/overlay/render-overlay.ts';
import { placeholderProblems } from '../../../src/manifests/overlay/placeholder-problems.ts';
import { exposurePaths } from '../../../src/nx/generators/init/dev-overlay.ts';
import { productionGenerator } from '../../../src/nx/generators/production/generator.ts';
import { pipeline } from '../../../src/nx/generators/production/pipeline.ts';
import { readSettings } from '../../../src/util/workspace/settings.ts';
import { hasKubectl, makeSecretWorkspace } from '../../support/secret-workspace.ts';
import { write } from '../../support/workspace-with.ts';

const withKubectl = { skip: hasKubectl() ? false : 'kubectl comes with npm run cluster -- up' };
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-production-')));
let root: string;
before(async () => {
  root = makeSecretWorkspace(folder);
  const { files } = await assemble(readSettings(root, 'fake'));
  for (const [path, text] of files) write(root, path, text);
});
after(() => rmSync(folder, { recursive: true }));

async function generate(options: Parameters<typeof productionGenerator>[1]): Promise<string[]> {
  const tree = new FsTree(root, false);
  await productionGenerator(tree, options);
  const changes = tree.listChanges();
  for (const { path, content } of changes) write(root, path, `${content}`);
  return changes.map(({ path }) => path);
}

test(
  'production and staging render, with what is to be filled in named, and a second run keeps them',
  withKubectl,
  async () => {
    await assert.rejects(generate({}), /which service is reachable.*--expose, one of: alpha, beta/s);
    await assert.rejects(generate({ expose: 'nobody' }), /there is no service "nobody"/);
    const files = await generate({ expose: 'alpha', ci: 'github' });
    assert.ok(files.includes('.github/workflows/deploy.yml'));

    const staging = await renderOverlay(root, 'deploy/staging');
    const route = staging.find(({ kind }) => kind === 'HTTPRoute') as unknown as { spec: { hostnames: string[] } };
    assert.deepEqual(route.spec.hostnames, ['staging.demo.change-me.example']);
    assert.ok(staging.every(({ metadata }) => metadata.namespace === 'demo' || metadata.namespace === undefined));
    const problems = placeholderProblems(root, 'deploy/prod', await renderOverlay(root, 'deploy/prod'));
    const named = [...new Set(problems.map(({ file }) => file))].sort();
    for (const file of ['deploy/prod/alpha-from-gateway.yaml', 'deploy/prod/http-route.yaml'])
      assert.ok(named.includes(file), named.join(', '));

    assert.deepEqual(await generate({ expose: 'alpha', ci: 'github' }), []);
  },
);

test('what deploy/dev exposes is exposed; of two, one has to be named', async () => {
  const [one, two] = ['alpha', 'beta'].map((name) => exposurePaths(name).policy);
  write(root, one!, '');
  await assert.doesNotReject(generate({}));
  write(root, two!, '');
  await assert.rejects(generate({}), /--expose, one of: alpha, beta/);
});

test("docs/ci has the pipelines for npm; another package manager's install by its own lockfile", () => {
  for (const [ci, file] of [
    ['github', 'github-actions.yml'],
    ['gitlab', 'gitlab-ci.yml'],
  ] as const) {
    const documented = readFileSync(join(import.meta.dirname, '../../../../../docs/ci', file), 'utf8');
    assert.equal(pipeline(ci, 'npm').text, documented);
    for (const manager of ['pnpm', 'yarn'] as const) {
      const { text } = pipeline(ci, manager);
      assert.deepEqual(parseDocument(text).errors, []);
      assert.match(text, /npx --yes \S+ install --(?:frozen-lockfile|immutable)/);
      assert.doesNotMatch(text, /npm ci|package-lock\.json|cache: npm/);
    }
  }
});

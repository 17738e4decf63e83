import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { load } from 'js-yaml';
import { assembleAndBuild, collectSources } from '../../../src/deploy/stages/assemble-and-build.ts';
import { openTimeline } from '../../../src/util/timeline.ts';
import type { Problem } from '../../../src/util/problems/problem.ts';
import { ValidationError } from '../../../src/util/problems/validation-error.ts';
import { makeWorkspace, useOwnCache } from '../../images/fixture-service.ts';
import { heard } from '../../support/heard.ts';

useOwnCache();
const removals: (() => void)[] = [];
after(() => removals.forEach((remove) => remove()));

const plain = (value: string) => ({ type: 'string', default: value, 'x-slipway': { kind: 'plain', local: value } });
const url = (service: string) => ({ type: 'string', 'x-slipway': { kind: 'service-url', service } });
const PORTS = { PORT: plain('8080'), MANAGEMENT_PORT: plain('9090') };
const service = (name: string, ...calls: string[]) => ({
  [`apps/${name}/package.json`]: `{ "name": "${name}", "type": "module" }`,
  [`apps/${name}/k8s/fragment.yaml`]: '# nothing\n',
  [`apps/${name}/src/main.ts`]: `console.log('${name}');\n`,
  [`apps/${name}/src/config.ts`]: `export const schema = ${JSON.stringify({
    properties: {
      ...PORTS,
      ...Object.fromEntries(calls.map((callee) => [`${callee.toUpperCase()}_URL`, url(callee)])),
    },
  })};\n`,
});

/** `gateway` calls `order`, which calls `product`; `mail` calls nobody. */
function shop() {
  const workspace = makeWorkspace({
    'package.json': '{ "type": "module" }',
    '.gitignore': 'deploy/dev/generated/\n',
    'deploy/dev/kustomization.yaml': 'resources: [../base]\ncomponents: [generated]\n',
    ...service('gateway', 'order'),
    ...service('order', 'product'),
    ...service('product'),
    ...service('mail'),
  });
  removals.push(workspace.remove);
  execFileSync('git', ['init', '-q'], { cwd: workspace.root });
  return workspace;
}
const ALL = ['gateway', 'mail', 'order', 'product'];

async function run(root: string, services: string[], found: Problem[] = []) {
  const report = heard();
  const settings = { workspaceRoot: root, stack: 'demo', workspace: 'demo', cluster: 'fake', defaultCluster: 'fake' };
  const context = { settings, report, timeline: openTimeline(), api: undefined, options: {}, services };
  const stack = await assembleAndBuild(context, await collectSources(context), Promise.resolve(found));
  return { stack, lines: report.lines };
}
const generatedImages = (root: string) => {
  const text = readFileSync(join(root, 'deploy/dev/generated/kustomization.yaml'), 'utf8');
  const { images } = load(text) as { images: { name: string; newTag: string }[] };
  return Object.fromEntries(images.map(({ name, newTag }) => [name, newTag]));
};

test('only the images of the wanted services are built; the others keep the names that they had', async () => {
  const { root, write } = shop();
  await run(root, ALL);
  const earlier = generatedImages(root);
  assert.deepEqual(Object.keys(earlier), ALL);
  for (const name of ['mail', 'order']) write(`apps/${name}/src/main.ts`, 'console.log("changed");\n');
  const { stack, lines } = await run(root, ['mail']);
  assert.deepEqual(Object.keys(stack.images), ['mail']);
  assert.deepEqual([stack.services, stack.leftOut], [['mail'], []]);
  assert.deepEqual(lines.filter((line) => / image /.test(line)).length, 1);
  const { mail, ...others } = generatedImages(root);
  assert.notEqual(mail, earlier.mail);
  assert.deepEqual({ mail: earlier.mail, ...others }, earlier);
});

test('a service that cannot be built leaves out itself and what depends on it; the others go on', async () => {
  const { root, write } = shop();
  await run(root, ALL);
  const earlier = generatedImages(root);
  write('apps/order/src/main.ts', 'console.log(1);\nconst = 5;\n');
  write('apps/mail/src/main.ts', 'console.log("changed");\n');
  const { stack, lines } = await run(root, ALL);
  assert.deepEqual(stack.services, ['mail', 'product']);
  assert.deepEqual(stack.leftOut.map(({ service: name, status }) => [name, status]).sort(), [
    ['gateway', 'skipped'],
    ['order', 'failure'],
  ]);
  assert.ok(stack.leftOut.some(({ error }) => error instanceof ValidationError));
  const failed = lines.find((line) => line.startsWith('order FAILED cannot be built'))!;
  assert.match(failed, /✗ apps\/order\/src\/main\.ts:2: Expected identifier[^]*→ /);
  assert.ok(lines.includes('gateway skipped its dependency order failed'));
  const now = generatedImages(root);
  assert.deepEqual([now.order, now.product, now.mail === earlier.mail], [earlier.order, earlier.product, false]);
});

test('a service that nobody wants is not built, so that its sources may be wrong', async () => {
  const { root, write } = shop();
  write('apps/order/src/main.ts', 'const = 5;\n');
  const { stack } = await run(root, ['product']);
  assert.deepEqual([stack.services, stack.leftOut], [['product'], []]);
});

test('where nothing is left, and where the files have other problems, all are said and nothing is written', async () => {
  const { root, write } = shop();
  write('apps/product/src/main.ts', 'const = 5;\n');
  const messages = (problems: Problem[]) => problems.map(({ file }) => file);
  await assert.rejects(run(root, ['gateway', 'order', 'product']), ({ problems }: ValidationError) => {
    assert.deepEqual(messages(problems), ['apps/product/src/main.ts']);
    return true;
  });
  const problem = { file: 'nodes', message: 'are full', hint: 'make room' };
  await assert.rejects(run(root, ALL, [problem]), ({ problems }: ValidationError) => {
    assert.deepEqual(messages(problems), ['nodes', 'apps/product/src/main.ts']);
    return true;
  });
  assert.equal(existsSync(join(root, 'deploy/base')), false);
});

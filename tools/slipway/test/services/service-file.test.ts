import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServiceSpec } from '../../src/services/read-service.ts';
import { fragmentOf, serviceParents, serviceRoots } from '../../src/services/service-roots.ts';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { workspaceWith } from '../support/workspace-with.ts';

test('an empty slipway.yaml makes a service that reads PORT and HOST', async (t) => {
  const root = workspaceWith(t, { 'packages/api/slipway.yaml': '' });
  const { name, configFile, keys, http } = await readServiceSpec(root, 'packages/api');
  assert.deepEqual([name, configFile, http], ['api', 'packages/api/slipway.yaml', {}]);
  assert.deepEqual(
    keys.map((key) => [key.name, key.default]),
    [
      ['PORT', '3000'],
      ['HOST', '0.0.0.0'],
    ],
  );
});

test('slipway.yaml says the health routes and the environment', async (t) => {
  const text = `http: { ready: /ready }
environment:
  properties:
    PORT: { type: integer, default: 8080 }
    USER_URL: { x-slipway: { kind: service-url, service: user } }
`;
  const { http, keys, calls } = await readServiceSpec(workspaceWith(t, { 'apps/a/slipway.yaml': text }), 'apps/a');
  assert.deepEqual([http, calls, keys.length], [{ ready: '/ready' }, ['user'], 2]);
});

const broken: [string, string, RegExp][] = [
  ['no YAML', 'http: {', /apps\/a\/slipway\.yaml:1/],
  ['an unknown key', 'htpp: {}', /htpp.*is not known/s],
  ['an unknown route', 'http: { readyness: /x }', /http\.readyness.*is not known/s],
  ['a route without a slash', 'http: { ready: health }', /http\.ready.*is no path/s],
  ['an environment without properties', 'environment: { PORT: 1 }', /environment.*is no JSON Schema/s],
  ['a list', '- a', /is no object/],
];
for (const [what, text, message] of broken) {
  test(`a problem that names file and key: ${what}`, async (t) => {
    const root = workspaceWith(t, { 'apps/a/slipway.yaml': text });
    await assert.rejects(readServiceSpec(root, 'apps/a'), (error) => {
      assert.ok(error instanceof ValidationError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('services are found in the folders that nx.json names, by either file', (t) => {
  const files = {
    'apps/a/k8s/fragment.yaml': '',
    'packages/b/slipway.yaml': '',
    'back/c/slipway.yaml': '',
    'd/slipway.yaml': '',
  };
  assert.deepEqual(serviceRoots(workspaceWith(t, files)), ['apps/a', 'packages/b']);
  const options = { services: ['back/*', 'd'] };
  const nxJson = JSON.stringify({ plugins: ['other', { plugin: 'slipway', options }] });
  const root = workspaceWith(t, { ...files, 'nx.json': nxJson });
  assert.deepEqual([serviceRoots(root), serviceParents(root)], [['back/c', 'd'], ['back']]);
});

test('problems of an object name the fragment of its service, wherever the service lies', () => {
  const whereIs = fragmentOf(['apps/order', 'services/hello']);
  assert.deepEqual(
    ['hello', 'order', 'nobody', undefined].map((service) => whereIs(service)),
    ['services/hello/k8s/fragment.yaml', 'apps/order/k8s/fragment.yaml', 'deploy', 'deploy'],
  );
});

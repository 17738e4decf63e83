import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createApp, createParts, type App } from '@shop/service-kit';
import Type from 'typebox';

const Thing = Type.Object({ id: Type.String(), note: Type.Union([Type.String(), Type.Null()]) });

async function setUp(t: TestContext): Promise<App> {
  const { logger, metrics, readiness } = createParts('test', 'silent');
  const app = await createApp({ logger, metrics, readiness, title: 'things' });
  t.after(() => app.close());
  const row = { id: 'a', note: null, passwordHash: 'secret', owner: { email: 'a@example.com' } };
  const one = { summary: 'One thing', tags: ['things'], response: { 200: Thing } };
  app.get('/things/:id', { schema: { ...one, params: Type.Object({ id: Type.String() }) } }, () => row);
  app.get('/things', { schema: { ...one, response: { 200: Type.Array(Thing) } } }, () => [row, row]);
  app.post(
    '/things',
    { schema: { ...one, security: [{ bearer: [] }], body: Thing, response: { 201: Thing } } },
    async (_request, reply) => reply.code(201).send(row),
  );
  app.get('/internal/things', { schema: { response: { 200: Thing } } }, () => row);
  return app;
}

test('an answer holds what its schema declares and nothing else', async (t) => {
  const app = await setUp(t);
  const thing = { id: 'a', note: null };
  assert.deepEqual((await app.inject('/things/a')).json(), thing);
  assert.deepEqual((await app.inject('/things')).json(), [thing, thing]);
  const created = await app.inject({ method: 'POST', url: '/things', payload: thing });
  assert.deepEqual([created.statusCode, created.json()], [201, thing]);
});

test('the document has every tagged route, its answers and what any route of its kind may refuse', async (t) => {
  const app = await setUp(t);
  const document = (await app.inject('/openapi.json')).json();
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(Object.keys(document.paths).sort(), ['/things', '/things/{id}']);
  const { get, post } = document.paths['/things'];
  assert.deepEqual(Object.keys(get.responses), ['200', '400', '429', '503', '504']);
  assert.deepEqual(Object.keys(post.responses), ['201', '400', '401', '413', '415', '429', '503', '504']);
  assert.deepEqual(post.responses[201].content['application/json'].schema.required, ['id', 'note']);
  assert.deepEqual(post.responses[401].content, {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  });
  assert.ok(document.components.schemas.Problem.properties.requestId);
  assert.deepEqual(post.security, [{ bearer: [] }]);
  assert.deepEqual(document.paths['/things/{id}'].get.parameters[0].name, 'id');
});

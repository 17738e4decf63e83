import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { appFacts } from '../../../src/nx/generators/adopt/app-facts.ts';
import { serviceFileText } from '../../../src/nx/generators/adopt/service-file-text.ts';

test('a Fastify app as Nx generates it', () => {
  const main = `const host = process.env.HOST ?? 'localhost';
const port = process.env.PORT ? Number(process.env.PORT) : 3000;
server.listen({ port, host }, (err) => {});`;
  assert.deepEqual(appFacts([main, `fastify.get('/', async () => ({ message: 'Hello API' }));`]), {
    port: 3000,
    readsPort: true,
    readsHost: true,
    keys: [],
  });
});

test('ports: a default behind any operator, one in the code, none', () => {
  const port = (text: string) => appFacts([text]).port;
  assert.equal(port('app.listen(Number(process.env.PORT ?? 8081))'), 8081);
  assert.equal(port("app.listen(process.env['PORT'] || 5000)"), 5000);
  assert.equal(port('const port = process.env.PORT ?? "4100"; app.listen(port)'), 4100);
  assert.equal(port('app.listen(3333, () => {})'), 3333);
  assert.equal(port('app.listen({ port: 8088 })'), 8088);
  assert.equal(port('void 0'), 3000);
});

test('health routes: the one for readiness and the one for liveness, or one for both', () => {
  const routes = (text: string) => {
    const { ready, live } = appFacts([text]);
    return [ready, live];
  };
  assert.deepEqual(routes(`app.get('/health', ok)`), ['/health', '/health']);
  assert.deepEqual(routes(`app.get("/livez", ok); app.get("/readyz", ok)`), ['/readyz', '/livez']);
  assert.deepEqual(routes('app.get(`/health/ready`, a); app.get(`/health/live`, b)'), [
    '/health/ready',
    '/health/live',
  ]);
  assert.deepEqual(routes(`app.get('/healthy-food', ok); app.get('/users', ok)`), [undefined, undefined]);
});

test('other keys have the default of the code; what runs the app is none of its settings', () => {
  const text = `process.env.NODE_ENV; process.env.LOG_LEVEL ?? 'info'; process.env.SESSION_SECRET!; process.env.LOG_LEVEL`;
  assert.deepEqual(appFacts([text]).keys, [{ name: 'LOG_LEVEL', default: 'info' }, { name: 'SESSION_SECRET' }]);
});

test('slipway.yaml has an edge for a known service, a generated secret, and says what was guessed', () => {
  const facts = {
    port: 3000,
    readsPort: true,
    readsHost: false,
    keys: [
      { name: 'USER_API_URL' },
      { name: 'SESSION_SECRET' },
      { name: 'LOG_LEVEL', default: 'info' },
      { name: 'REGION' },
    ],
  };
  const { text, guesses } = serviceFileText(facts, { localPort: 3004, services: ['user-api'] });
  assert.deepEqual(parse(text), {
    environment: {
      properties: {
        PORT: { type: 'integer', default: 3000, 'x-slipway': { kind: 'plain', local: '3004' } },
        USER_API_URL: { type: 'string', 'x-slipway': { kind: 'service-url', service: 'user-api' } },
        SESSION_SECRET: { type: 'string', 'x-slipway': { kind: 'generated-password', length: 32 } },
        LOG_LEVEL: { type: 'string', default: 'info' },
        REGION: { type: 'string', default: '' },
      },
    },
  });
  for (const said of [
    /no health route/,
    /no HOST/,
    /USER_API_URL is the address/,
    /SESSION_SECRET is a secret/,
    /REGION is empty/,
  ])
    assert.ok(
      guesses.some((guess) => said.test(guess)),
      String(said),
    );
});

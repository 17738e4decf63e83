import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Email } from '@shop/contracts';
import { type ApiClient, assertProblem } from '@slipway/testing/http';
import { startTestDatabase, type TestDatabase } from '@slipway/testing/postgres';
import { createIssuer } from '@slipway/testing/shop';
import pg from 'pg';
import { admin, migrateUserDatabase, startUserService, stopService } from './start-user-service.ts';

let database: TestDatabase;
let databaseUrl: string;
let service: Awaited<ReturnType<typeof startUserService>>;

before(async () => {
  database = await startTestDatabase();
  databaseUrl = await database.create();
  await migrateUserDatabase(databaseUrl);
  service = await startUserService(databaseUrl);
});
after(async () => {
  await stopService(service);
  await database.close();
});

let count = 0;
const newUser = (fields: object = {}) => ({
  email: `Someone${++count}@Example.com`,
  password: 'correct horse 1',
  name: 'Some One',
  ...fields,
});
const register = (body: unknown) => service.api.call('POST', '/api/v1/users', { body });
const signIn = (email: string, password: string) =>
  service.api.call('POST', '/api/v1/sessions', { body: { email, password } });

test('register, sign in, and be oneself', async () => {
  const user = newUser();
  const registered = await register(user);
  assert.equal(registered.status, 201);
  assert.deepEqual(Object.keys(registered.body).sort(), ['createdAt', 'email', 'id', 'name', 'role']);
  assert.match(registered.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(registered.body.role, 'customer');
  assert.equal(new Date(registered.body.createdAt).toISOString(), registered.body.createdAt);

  const session = await signIn(user.email.toUpperCase(), user.password);
  assert.equal(session.status, 201);
  assert.deepEqual(Object.keys(session.body).sort(), ['accessToken', 'expiresIn', 'tokenType']);
  assert.equal(session.body.tokenType, 'Bearer');
  assert.equal(session.body.expiresIn, 900);
  const [header, payload] = session.body.accessToken
    .split('.', 2)
    .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  assert.equal(header.alg, 'ES256');
  assert.deepEqual(
    [payload.sub, payload.role, payload.iss, payload.aud],
    [registered.body.id, 'customer', 'slipway-shop', 'slipway-shop'],
  );
  assert.equal(payload.exp - payload.iat, 900);

  const me = await service.api.call('GET', '/api/v1/users/me', { token: session.body.accessToken });
  assert.deepEqual(me.body, registered.body);
  assert.doesNotMatch(me.text, /password|scrypt/);
});

test('an email address is taken in every case, also beyond ASCII and by many at once', async () => {
  const user = newUser({ email: 'Ünïque@Example.com' });
  const answers = await Promise.all(
    [user.email, user.email.toLowerCase(), user.email.toUpperCase()].map((email) => register({ ...user, email })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409]);
  assertProblem(await register(user), 409, 'email-taken');
  assert.doesNotMatch(await database.readLog(), /ERROR/);
});

test('limits of a registration', async () => {
  const accepted = [
    { password: 'x'.repeat(12) },
    { password: '😀'.repeat(128) },
    { name: 'n'.repeat(200) },
    { name: '😀'.repeat(200) },
    { email: `${'e'.repeat(242)}@example.com` },
  ];
  for (const fields of accepted)
    assert.equal((await register(newUser(fields))).status, 201, JSON.stringify(fields).slice(0, 40));
  const refused = [
    { password: 'x'.repeat(11) },
    { password: 'x'.repeat(129) },
    { name: '' },
    { name: 'n'.repeat(201) },
    { email: `${'e'.repeat(243)}@example.com` },
    { email: 'nobody' },
    { email: 'a@b@c' },
    { email: ' a@b.c' },
    { email: 'a@' },
    { email: '@b.c' },
    { email: '<a@example.com>' },
    { email: 'a@-' },
    { email: null },
    { role: 'admin' },
    { id: 1 },
  ];
  for (const fields of refused) assertProblem(await register(newUser(fields)), 400, 'validation-failed');
});

test('clients find the form of an address in the document', async () => {
  const { body: document } = await service.api.call('GET', '/openapi.json');
  const { requestBody } = document.paths['/api/v1/users'].post;
  assert.deepEqual(requestBody.content['application/json'].schema.properties.email, JSON.parse(JSON.stringify(Email)));
});

test('a wrong password and an unknown address get the same answer', async () => {
  const user = newUser();
  await register(user);
  const [wrong, unknown] = [
    await signIn(user.email, 'something else'),
    await signIn('nobody@example.com', 'something else'),
  ];
  for (const answer of [wrong, unknown]) {
    assertProblem(answer, 401, 'invalid-credentials');
    delete answer.body.requestId;
  }
  assert.deepEqual(wrong.body, unknown.body);
});

test('who is not signed in is 401 with WWW-Authenticate', async () => {
  for (const headers of [
    {},
    { authorization: 'Bearer' },
    { authorization: 'Basic YTpi' },
    { authorization: 'Bearer nonsense' },
  ] as Record<string, string>[]) {
    const answer = await service.api.call('GET', '/api/v1/users/me', { headers });
    assertProblem(answer, 401, 'unauthorized');
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
  }
  const foreign = await (await createIssuer('k1')).token();
  assertProblem(await service.api.call('GET', '/api/v1/users/me', { token: foreign }), 401, 'unauthorized');
});

test('a user who was deleted is 404, which the document lists', async () => {
  const user = newUser();
  const { body } = await register(user);
  const { body: session } = await signIn(user.email, user.password);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('delete from users where id = $1', [body.id]);
  await client.end();
  const answer = await service.api.call('GET', '/api/v1/users/me', { token: session.accessToken });
  assertProblem(answer, 404, 'not-found');
  const { body: document } = await service.api.call('GET', '/openapi.json');
  assert.ok(document.paths['/api/v1/users/me'].get.responses[404]);
});

test('the published keys are public', async () => {
  const { status, body } = await service.api.call('GET', '/.well-known/jwks.json');
  assert.equal(status, 200);
  assert.deepEqual(
    body.keys.map((key: object) => Object.keys(key).sort()),
    [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  );
});

test('replicas that start at once make one admin', async () => {
  const freshUrl = await database.create();
  await migrateUserDatabase(freshUrl);
  const replicas = await Promise.all([1, 2, 3].map(() => startUserService(freshUrl)));
  const [first] = replicas;
  assert.ok(first);
  const session = await first.api.call('POST', '/api/v1/sessions', { body: admin });
  const me = await first.api.call('GET', '/api/v1/users/me', { token: session.body.accessToken });
  assert.equal(me.body.role, 'admin');
  assert.equal(me.body.email, admin.email);
  await Promise.all(replicas.map(stopService));
});

test('the admin signs in with the password of the last start, and keeps the account', async () => {
  const freshUrl = await database.create();
  await migrateUserDatabase(freshUrl);
  const signIn = (api: ApiClient, password: string) =>
    api.call('POST', '/api/v1/sessions', { body: { ...admin, password } });
  const idOf = async ({ api }: { api: ApiClient }, password: string) => {
    const { accessToken } = (await signIn(api, password)).body;
    return (await api.call('GET', '/api/v1/users/me', { token: accessToken })).body.id;
  };
  const first = await startUserService(freshUrl);
  const id = await idOf(first, admin.password);
  await stopService(first);
  // As after the loss of the Secret that held the first: the database is older than the password.
  const replicas = await Promise.all(
    [1, 2].map(() => startUserService(freshUrl, undefined, { ADMIN_PASSWORD: 'generated anew, once' })),
  );
  for (const replica of replicas) assert.equal(await idOf(replica, 'generated anew, once'), id);
  assert.equal((await signIn(replicas[0]!.api, admin.password)).status, 401);
  await Promise.all(replicas.map(stopService));
});

test('signing keys that cannot sign are a fault of the environment', async () => {
  const good = JSON.parse((await createIssuer('k1')).signingKeys) as { keys: Record<string, string>[] };
  const [key = {}] = good.keys;
  const { d: _, ...publicKey } = key;
  const { kid: __, ...nameless } = key;
  const retired = { ...key, exp: 4e9 };
  const bad = [[], [publicKey], [retired], [nameless], [key, key], [{ ...key, x: 'AAAA' }], [{ kty: 'RSA', kid: 'a' }]];
  for (const keys of bad) {
    await assert.rejects(startUserService(databaseUrl, JSON.stringify({ keys })), { name: 'EnvironmentError' });
  }
  await assert.rejects(startUserService(databaseUrl, '{nonsense}'), { name: 'EnvironmentError' });
});

test('after a rotation the new key signs and tokens of the old one are still good', async () => {
  const [old, next] = [await createIssuer('old'), await createIssuer('new')];
  const both = JSON.stringify({ keys: [next, old].flatMap(({ signingKeys }) => JSON.parse(signingKeys).keys) });
  const rotated = await startUserService(databaseUrl, both);
  const session = await rotated.api.call('POST', '/api/v1/sessions', { body: admin });
  assert.equal(JSON.parse(Buffer.from(session.body.accessToken.split('.')[0], 'base64url').toString()).kid, 'new');
  const me = await rotated.api.call('GET', '/api/v1/users/me', { token: session.body.accessToken });
  const again = await rotated.api.call('GET', '/api/v1/users/me', { token: await old.token({ sub: me.body.id }) });
  assert.deepEqual(again.body, me.body);
  await stopService(rotated);
});

test('a retired key is its public half alone, and is published until its time is over', async () => {
  const [old, older, signing] = [await createIssuer('old'), await createIssuer('older'), await createIssuer('new')];
  const now = Math.floor(Date.now() / 1000);
  const retired = [
    { ...old.jwks.keys[0], exp: now + 600 },
    { ...older.jwks.keys[0], exp: now - 1 },
  ];
  const keys = [...JSON.parse(signing.signingKeys).keys, ...retired];
  const rotated = await startUserService(databaseUrl, JSON.stringify({ keys }));
  const published = await rotated.api.call('GET', '/.well-known/jwks.json');
  assert.deepEqual(
    published.body.keys.map(({ kid }: { kid: string }) => kid),
    ['new', 'old'],
  );
  assert.ok(published.body.keys.every((key: object) => !('d' in key) && !('exp' in key)));
  const session = await rotated.api.call('POST', '/api/v1/sessions', { body: admin });
  const me = await rotated.api.call('GET', '/api/v1/users/me', { token: session.body.accessToken });
  const statusOf = async (token: string) => (await rotated.api.call('GET', '/api/v1/users/me', { token })).status;
  assert.equal(await statusOf(await old.token({ sub: me.body.id })), 200);
  assert.equal(await statusOf(await older.token({ sub: me.body.id })), 401);
  await stopService(rotated);
});

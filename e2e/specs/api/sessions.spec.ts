import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { Session, type User } from '@shop/contracts';
import { expectProblem, expectValidationFailed } from '../../support/expect-problem.ts';
import { expectShape } from '../../support/expect-shape.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

type PublicKey = JsonWebKey & { kid: string };

test('a session gives a bearer token for 15 minutes', async ({ api, customer: { email, password } }) => {
  const reply = await api.post('/api/v1/sessions', { body: { email, password } });
  expect(reply.status).toBe(201);
  expectShape(Session, reply.body);
  expect(reply.body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
});

test('the email may be written in any case', async ({ api, customer: { email, password } }) => {
  const reply = await api.post('/api/v1/sessions', { body: { email: email.toUpperCase(), password } });
  expect(reply.status).toBe(201);
});

test('a token is signed by a key of the JWKS and says who and until when', async ({ api, customer }) => {
  const [header = '', payload = '', signature = ''] = customer.token.split('.');
  const { alg, kid } = fromBase64<{ alg: string; kid: string }>(header);
  const jwks = await api.get<{ keys: PublicKey[] }>('/.well-known/jwks.json');
  expect(jwks.status).toBe(200);
  const key = jwks.body.keys.find((candidate) => candidate.kid === kid)!;
  expect(key, `key ${kid} of the token`).toBeDefined();
  expect(alg).toBe('ES256');
  const isGood = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  expect(isGood).toBe(true);
  const claims = fromBase64<{ iss: string; aud: string; sub: string; role: string; exp: number; iat: number }>(payload);
  expect(claims).toMatchObject({ sub: customer.user.id, role: 'customer' });
  expect(claims.iss).toBeTruthy();
  expect(claims.aud).toBeTruthy();
  expect(claims.exp - claims.iat).toBe(900);
});

test('the JWKS holds public keys only', async ({ api }) => {
  const { body } = await api.get<{ keys: PublicKey[] }>('/.well-known/jwks.json');
  expect(body.keys.length).toBeGreaterThan(0);
  for (const key of body.keys) {
    expect(Object.keys(key)).toEqual(expect.arrayContaining(['kid', 'kty']));
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
  }
});

test('a wrong password and an unknown email are told alike', async ({ api, newUser: { email } }) => {
  const wrong = await api.post<object>('/api/v1/sessions', { body: { email, password: 'not the password' } });
  const nobody = { email: `${unique('nobody')}@shop.example`, password: 'not the password' };
  const unknown = await api.post<object>('/api/v1/sessions', { body: nobody });
  expectProblem(wrong, 401, 'invalid-credentials');
  expectProblem(unknown, 401, 'invalid-credentials');
  expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
});

test('the eleventh failure in a minute is turned away, also under forged addresses; other emails are not', async ({
  api,
  shop,
  newUser: { email },
}) => {
  const attempt = (address: string) =>
    api.post('/api/v1/sessions', {
      body: { email, password: 'not the password' },
      headers: { 'x-forwarded-for': address, 'x-client-address': address },
    });
  for (let n = 1; n <= 10; n++) expectProblem(await attempt(`192.0.2.${n}`), 401, 'invalid-credentials');
  const refused = await attempt('192.0.2.11');
  expectProblem(refused, 429, 'too-many-attempts');
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  await shop.customer();
});

for (const [what, json, path] of [
  ['no email', { password: 'correct horse battery' }, '/email'],
  ['no password', { email: 'me@shop.example' }, '/password'],
  ['what it does not know', { email: 'me@shop.example', password: 'correct horse battery', role: 'admin' }, '/role'],
] as const) {
  test(`refuses ${what}`, async ({ api }) => {
    expectValidationFailed(await api.post('/api/v1/sessions', { body: json }), path);
  });
}

test('users/me is who has signed in', async ({ api, customer: { token, user } }) => {
  const reply = await api.get<User>('/api/v1/users/me', { token });
  expect(reply).toMatchObject({ status: 200, body: user });
});

function fromBase64<Content>(part: string): Content {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Content;
}

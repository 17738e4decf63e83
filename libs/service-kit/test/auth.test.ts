import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { importPublicKeys, RemoteKeySet, TokenVerifier, type JsonWebKeySet } from '@shop/service-kit';
import { ProblemError } from '@shop/service-kit/problem';
import { createIssuer } from '@slipway/testing/shop';

const subject = '01890a5d-ac96-774b-bcce-b302099a8057';
const expected = { issuer: 'slipway-shop', audience: 'slipway-shop' };
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

async function fixedKeys(jwks: JsonWebKeySet) {
  const keys = await importPublicKeys(jwks);
  return { generation: 0, find: async (kid: string) => keys.get(kid) };
}

async function verifierOf(jwks: JsonWebKeySet) {
  return new TokenVerifier({ ...expected, keys: await fixedKeys(jwks) });
}

test('a good token gives the identity, also from the cache', async () => {
  const issuer = await createIssuer();
  const verifier = await verifierOf(issuer.jwks);
  const token = await issuer.token({ sub: subject, role: 'admin' });
  assert.equal(verifier.cached(token), undefined);
  assert.deepEqual(await verifier.verify(token), { userId: subject, role: 'admin' });
  assert.deepEqual(verifier.cached(token), { userId: subject, role: 'admin' });
  assert.equal(verifier.cached(`${token.slice(0, -2)}AA`), undefined);
});

test('every bent token is unauthorized', async () => {
  const issuer = await createIssuer('k1');
  const verifier = await verifierOf(issuer.jwks);
  const good = await issuer.token({ sub: subject });
  const [header = '', payload = '', signature = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const respelt = `${signature.slice(0, -1)}${String.fromCharCode(signature.charCodeAt(85) + 1)}`;
  assert.deepEqual(Buffer.from(respelt, 'base64url'), Buffer.from(signature, 'base64url'));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed = (alg: string, digest: string) => {
    const input = `${encode({ alg, kid: 'k1' })}.${payload}`;
    return `${input}.${sign(digest, Buffer.from(input), rsa.privateKey).toString('base64url')}`;
  };
  const bad = [
    '',
    'x',
    'a.b.c',
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `${header}.${payload}.${respelt}`,
    `${encode({ alg: 'none', kid: 'k1' })}.${payload}.`,
    `${encode({ alg: 'none', kid: 'k1' })}.${payload}.${signature}`,
    `${encode({ alg: 'HS256', kid: 'k1' })}.${payload}.${signature}`,
    signed('RS256', 'sha256'),
    signed('ES256', 'sha256'),
    `${header}.${encode({ ...claims, role: 'admin' })}.${signature}`,
    `${encode({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    await issuer.token({ sub: subject, exp: Math.floor(Date.now() / 1000) - 1 }),
    await issuer.token({ sub: subject, nbf: Math.floor(Date.now() / 1000) + 300 }),
    await issuer.token({ sub: subject, iss: 'someone' }),
    await issuer.token({ sub: subject, aud: 'others' }),
    await issuer.token({ sub: 'admin' }),
    await issuer.token({ sub: subject.toUpperCase() }),
    await issuer.token({ sub: subject, role: 'root' }),
    await issuer.token({ sub: subject }, { kid: 'unknown' }),
    await (await createIssuer('k1')).token({ sub: subject }),
    'x'.repeat(5000),
  ];
  for (const token of bad) await assert.rejects(verifier.verify(token), isProblem('unauthorized'), token);
  assert.equal((await verifier.verify(good)).userId, subject);
});

test('the cache does not outlive the token', async (t) => {
  const issuer = await createIssuer();
  const verifier = await verifierOf(issuer.jwks);
  const token = await issuer.token({ exp: Math.floor(Date.now() / 1000) + 60 });
  await verifier.verify(token);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  assert.equal(verifier.cached(token), undefined);
  await assert.rejects(verifier.verify(token), isProblem('unauthorized'));
});

test('the cache is bounded', async () => {
  const issuer = await createIssuer();
  const verifier = new TokenVerifier({
    ...expected,
    cacheSize: 2,
    keys: await fixedKeys(issuer.jwks),
  });
  const tokens = await Promise.all([issuer.token(), issuer.token(), issuer.token()]);
  for (const token of tokens) await verifier.verify(token);
  assert.deepEqual(
    tokens.map((token) => verifier.cached(token) !== undefined),
    [false, true, true],
  );
});

test('an unknown key id fetches the keys, many at once fetch once', async () => {
  const issuer = await createIssuer();
  let fetches = 0;
  const verifier = new TokenVerifier({
    ...expected,
    keys: new RemoteKeySet(async () => {
      fetches += 1;
      return issuer.jwks;
    }),
  });
  const token = await issuer.token();
  await Promise.all([1, 2, 3].map(() => verifier.verify(token)));
  assert.equal(fetches, 1);
});

test('while the keys cannot be fetched the last good ones serve; a token of another key is 503', async () => {
  const issuer = await createIssuer();
  let isAway = true;
  let fetches = 0;
  const keys = new RemoteKeySet(async () => {
    fetches += 1;
    if (isAway) throw new Error('away');
    return issuer.jwks;
  });
  const verifier = new TokenVerifier({ ...expected, keys });
  await assert.rejects(verifier.verify(await issuer.token()), isProblem('upstream-unavailable'));
  isAway = false;
  await verifier.verify(await issuer.token());
  isAway = true;
  await verifier.verify(await issuer.token());
  const before = fetches;
  const unknown = await Promise.all(['a', 'b', 'c', 'd'].map((kid) => issuer.token({}, { kid })));
  const refused = (code: string) =>
    Promise.all(unknown.map((token) => assert.rejects(verifier.verify(token), isProblem(code))));
  await refused('upstream-unavailable');
  assert.equal(fetches, before + 1);
  isAway = false;
  await refused('unauthorized');
});

test('a rotation is followed, and what a withdrawn key signed is forgotten', async () => {
  const [old, next] = [await createIssuer('old'), await createIssuer('new')];
  let jwks: JsonWebKeySet = old.jwks;
  const verifier = new TokenVerifier({ ...expected, keys: new RemoteKeySet(async () => jwks) });
  const oldToken = await old.token();
  await verifier.verify(oldToken);
  jwks = { keys: [...next.jwks.keys, ...old.jwks.keys] };
  await verifier.verify(await next.token());
  assert.ok(verifier.cached(oldToken));
  jwks = next.jwks;
  await assert.rejects(verifier.verify(await old.token({}, { kid: 'bogus' })), isProblem('unauthorized'));
  assert.equal(verifier.cached(oldToken), undefined);
  await assert.rejects(verifier.verify(oldToken), isProblem('unauthorized'));
});

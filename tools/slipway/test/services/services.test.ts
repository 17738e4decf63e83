import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossCheck } from '../../src/services/cross-check.ts';
import { parseServiceSpec } from '../../src/services/parse-environment-schema.ts';
import { resolveEnvironments } from '../../src/services/resolve-environments.ts';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { clusterTarget } from '../../src/manifests/defaults/cluster-target.ts';

const key = (kind: string, details: object = {}, schema: object = {}) => ({
  type: 'string',
  description: 'a key',
  ...schema,
  'x-slipway': { kind, ...details },
});
const serviceSpec = (name: string, properties: object) =>
  parseServiceSpec({ name, root: `apps/${name}`, configFile: `apps/${name}/src/config.ts` }, { properties });

const order = serviceSpec('order', {
  PORT: key('plain', { secret: false, local: '3003' }, { default: 8080 }),
  DATABASE_URL: key('postgres-url'),
  USER_URL: key('service-url', { service: 'user' }),
  PRODUCT_URL: key('service-url', { service: 'product' }),
  PRODUCT_KEY: key('shared-key', { service: 'product' }),
});
const product = serviceSpec('product', {
  USER_URL: key('service-url', { service: 'user' }),
  ORDER_KEY: key('accepted-key', { service: 'order' }),
});
const user = serviceSpec('user', {
  ADMIN_PASSWORD: key('generated-password', { length: 24 }),
  TOKEN_LIFETIME_S: key('plain', { secret: false }, { default: 900 }),
  SIGNING_KEYS: key('key-pair', { algorithm: 'ES256', lifetime: 'TOKEN_LIFETIME_S' }),
});
const all = [order, product, user];

test('edges, database and secrets come from the schema', () => {
  assert.deepEqual(order.calls, ['product', 'user']);
  assert.equal(order.hasDatabase, true);
  assert.equal(product.hasDatabase, false);
  assert.deepEqual(
    order.keys.filter(({ secret }) => secret).map(({ name }) => name),
    ['DATABASE_URL', 'PRODUCT_KEY'],
  );
  assert.deepEqual(crossCheck(all, ['order', 'product', 'user']), []);
});

test('every problem of a schema is reported at once', () => {
  const broken = () => serviceSpec('x', { 'bad-name': key('plain'), API_TOKEN: { type: 'string' }, B: key('pasword') });
  assert.throws(broken, (error: unknown) => {
    assert.ok(error instanceof ValidationError);
    assert.deepEqual(
      error.problems.map(({ key }) => key),
      ['bad-name', 'API_TOKEN', 'B'],
    );
    assert.match(error.message, /apps\/x\/src\/config\.ts/);
    return true;
  });
});

test('a key without x-slipway is a plain setting; one that looks secret has to say whether it is', () => {
  const { keys } = serviceSpec('x', { LEVEL: { type: 'string', default: 'info' }, MONKEY: { type: 'string' } });
  assert.deepEqual(
    keys.map(({ name, secret, source }) => [name, secret, source.kind]),
    [
      ['LEVEL', false, 'plain'],
      ['MONKEY', false, 'plain'],
    ],
  );
  for (const name of ['DB_PASSWORD', 'STRIPE_API_KEY', 'SECRET', 'SESSION_SECRET'])
    assert.throws(() => serviceSpec('x', { [name]: { type: 'string' } }), /looks secret/, name);
  assert.doesNotThrow(() => serviceSpec('x', { API_TOKEN: key('plain', { secret: false }) }));
});

const crossProblems: [string, object, RegExp][] = [
  ['an unknown service', { X_URL: key('service-url', { service: 'prodct' }) }, /"prodct", which is none of ours/],
  ['itself', { X_URL: key('service-url', { service: 'x' }) }, /which is this one/],
  ['half an edge key', { KEY: key('shared-key', { service: 'user' }) }, /lacks the other/],
  ['the other half', { KEY: key('accepted-key', { service: 'user' }) }, /lacks the other/],
  [
    'tokens without a lifetime',
    { KEYS: key('key-pair', { algorithm: 'ES256', lifetime: 'LIFETIME_S' }) },
    /"LIFETIME_S".* not declared/,
  ],
  ['a key without a value', { NAME: key('plain') }, /has no value on kind/],
];
for (const [what, properties, message] of crossProblems) {
  test(`problem: ${what}`, () => {
    const problems = crossCheck([...all, serviceSpec('x', properties)], ['order', 'product', 'user', 'x']);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, message);
    assert.equal(problems[0]!.file, 'apps/x/src/config.ts');
    assert.notEqual(problems[0]!.hint, '');
  });
}

test('the hint for a secret without a value is not to write it into the sources of production', () => {
  const secret = serviceSpec('x', { NAME: key('plain', { secret: true }) });
  const [problem] = crossCheck([...all, secret], ['order', 'product', 'user', 'x']);
  assert.match(problem!.hint, /generatedPassword\(\)/);
});

test('problem: services that call each other in a circle', () => {
  const a = serviceSpec('a', { B_URL: key('service-url', { service: 'b' }) });
  const b = serviceSpec('b', { A_URL: key('service-url', { service: 'a' }) });
  assert.match(crossCheck([a, b], ['a', 'b'])[0]!.message, /a → b → a/);
});

test('both ends of an edge key agree, and what is held is kept', () => {
  const first = resolveEnvironments(all, clusterTarget, {});
  assert.match(first.order!.PRODUCT_KEY!, /^[0-9a-f]{64}$/);
  assert.equal(first.product!.ORDER_KEY, first.order!.PRODUCT_KEY);
  assert.match(first.order!.DATABASE_URL!, /^postgres:\/\/order:\w{24}@order-db:5432\/order$/);
  assert.equal(first.order!.USER_URL, 'http://user');
  assert.equal(first.order!.PORT, '8080');
  assert.deepEqual(resolveEnvironments(all, clusterTarget, first), first);
});

test('one end of an edge key is enough to keep it', () => {
  const held = 'h'.repeat(64);
  assert.equal(resolveEnvironments(all, clusterTarget, { order: { PRODUCT_KEY: held } }).product!.ORDER_KEY, held);
  assert.equal(resolveEnvironments(all, clusterTarget, { product: { ORDER_KEY: held } }).order!.PRODUCT_KEY, held);
});

test('a rotation in progress is left alone: the callee keeps both values', () => {
  const held = { order: { PRODUCT_KEY: 'new' }, product: { ORDER_KEY: 'new,old' } };
  const resolved = resolveEnvironments(all, clusterTarget, held);
  assert.equal(resolved.product!.ORDER_KEY, 'new,old');
  assert.equal(resolved.order!.PRODUCT_KEY, 'new');
});

test('a signing key is a private ES256 key with an id', () => {
  const { keys } = JSON.parse(resolveEnvironments(all, clusterTarget, {}).user!.SIGNING_KEYS!);
  assert.equal(keys.length, 1);
  assert.deepEqual([keys[0].kty, keys[0].crv, keys[0].alg], ['EC', 'P-256', 'ES256']);
  assert.equal(typeof keys[0].d, 'string');
  assert.match(keys[0].kid, /^[0-9a-f-]{36}$/);
});

for (const [what, schema, details, problem] of [
  ['a default below its minimum', { type: 'integer', default: 1, minimum: 100 }, {}, /default "1" .* must be >= 100/],
  ['a default above its maximum', { type: 'integer', default: 9, maximum: 8 }, {}, /must be <= 8/],
  ['a dev value that no pattern fits', { pattern: '^a$' }, { dev: 'b' }, /dev "b" .* must match pattern/],
  ['a local value that is no integer', { type: 'integer' }, { local: '1.5' }, /local "1\.5" .* must be integer/],
  [
    'a default that is none of the words',
    { type: undefined, enum: ['a', 'b'], default: 'c' },
    {},
    /allowed values: a, b/,
  ],
] as [string, object, object, RegExp][]) {
  test(`${what} is found before any service starts`, () => {
    assert.throws(
      () => serviceSpec('x', { A: key('plain', details, schema) }),
      (error: unknown) => {
        assert.deepEqual(
          (error as ValidationError).problems.map(({ key }) => key),
          ['A'],
        );
        assert.match((error as ValidationError).problems[0]!.message, problem);
        return true;
      },
    );
  });
}

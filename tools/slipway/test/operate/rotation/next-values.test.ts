import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginOf } from '../../../src/services/database-login.ts';
import { parseServiceSpec } from '../../../src/services/parse-environment-schema.ts';
import { resolveEnvironments } from '../../../src/services/resolve-environments.ts';
import { clusterTarget } from '../../../src/manifests/defaults/cluster-target.ts';
import { PHASES, ROTATION_KINDS, type RotationKind } from '../../../src/operate/rotation/kinds.ts';
import { type Change, nextValues, type RotationState } from '../../../src/operate/rotation/next-values.ts';
import { supersededLogins } from '../../../src/operate/rotation/rotation-state.ts';

const key = (kind: string, details: object = {}) => ({ type: 'string', 'x-slipway': { kind, ...details } });
const serviceSpec = (name: string, properties: object) =>
  parseServiceSpec({ name, root: `apps/${name}`, configFile: `apps/${name}/src/config.ts` }, { properties });
const serviceSpecs = [
  serviceSpec('order', { DATABASE_URL: key('postgres-url'), PRODUCT_KEY: key('shared-key', { service: 'product' }) }),
  serviceSpec('product', { ORDER_KEY: key('accepted-key', { service: 'order' }) }),
  serviceSpec('user', {
    SIGNING_KEYS: key('key-pair', { algorithm: 'ES256', lifetime: 'LIFETIME_S' }),
    ADMIN_PASSWORD: key('generated-password', { length: 24 }),
  }),
];
const NOW = 1_000_000;

function fresh(): RotationState {
  const secrets = resolveEnvironments(serviceSpecs, clusterTarget, {});
  return {
    secrets,
    databases: { order: loginOf(secrets.order!.DATABASE_URL)! },
    settings: { user: { LIFETIME_S: '900' } },
  };
}

/** Carries out what a phase says, as the cluster would hold it afterwards. */
function execute(state: RotationState, changes: Change[]): void {
  for (const { service, key, value } of changes) state.secrets[service]![key] = value;
}
function run(state: RotationState, phase: (typeof PHASES)[number], kinds: readonly RotationKind[] = ROTATION_KINDS) {
  const changes = nextValues(phase, { serviceSpecs, state, kinds, now: NOW });
  execute(state, changes);
  if (phase === 'retire') {
    for (const { service, current } of supersededLogins(serviceSpecs, state)) state.databases[service] = current;
  }
  return changes.map(({ service, key }) => `${service} ${key}`);
}
const signingKeys = ({ secrets }: RotationState) =>
  (JSON.parse(secrets.user!.SIGNING_KEYS!) as { keys: { kid: string; d?: string; exp?: number }[] }).keys;

test('three phases, in each of which both ends understand each other before and after', () => {
  const state = fresh();
  const before = structuredClone(state);
  const [oldKey] = signingKeys(state);

  assert.deepEqual(run(state, 'introduce'), ['order DATABASE_URL', 'product ORDER_KEY', 'user SIGNING_KEYS']);
  const accepted = state.secrets.product!.ORDER_KEY!.split(',');
  assert.equal(accepted[0], before.secrets.order!.PRODUCT_KEY);
  assert.equal(signingKeys(state)[0]!.kid, oldKey!.kid, 'the old key signs on');
  assert.equal(loginOf(state.secrets.order!.DATABASE_URL)!.user, 'order_a');

  assert.deepEqual(run(state, 'switch'), ['order PRODUCT_KEY', 'user SIGNING_KEYS']);
  assert.equal(state.secrets.order!.PRODUCT_KEY, accepted[1]);
  const [signing, old] = signingKeys(state);
  assert.notEqual(signing!.kid, oldKey!.kid);
  assert.equal(old!.kid, oldKey!.kid);
  assert.ok(old!.exp! >= NOW + 900, 'for as long as its tokens live');

  assert.deepEqual(run(state, 'retire'), ['product ORDER_KEY', 'user SIGNING_KEYS']);
  assert.equal(state.secrets.product!.ORDER_KEY, accepted[1]);
  assert.deepEqual(
    signingKeys(state).map(({ d }) => d === undefined),
    [false, true],
  );
  assert.equal(
    state.secrets.user!.ADMIN_PASSWORD,
    before.secrets.user!.ADMIN_PASSWORD,
    'a person’s password is not ours to change',
  );

  for (const phase of PHASES.slice(1)) assert.deepEqual(run(structuredClone(state), phase), [], 'it is through');
});

test('an interrupted rotation goes on where it was, whichever values it had written', () => {
  for (const done of [0, 1, 2, 3]) {
    for (const phase of PHASES) {
      const state = fresh();
      for (const earlier of PHASES.slice(0, PHASES.indexOf(phase))) run(state, earlier);
      // Interrupted after `done` of the values of this phase.
      execute(state, nextValues(phase, { serviceSpecs, state, kinds: ROTATION_KINDS, now: NOW }).slice(0, done));
      const values = structuredClone(state.secrets);
      for (const again of PHASES) run(state, again);
      const { order, product } = state.secrets;
      assert.equal(product!.ORDER_KEY, order!.PRODUCT_KEY, `${phase} ${done}`);
      const introduced = values.product!.ORDER_KEY!.split(',')[1];
      if (introduced !== undefined) assert.equal(order!.PRODUCT_KEY, introduced, 'no third key is made up');
      assert.deepEqual(signingKeys(state).filter(({ d }) => d !== undefined).length, 1);
      assert.deepEqual(supersededLogins(serviceSpecs, state), []);
    }
  }
});

test('rotated again and again: alternating logins, retired keys go when their time is over', () => {
  const state = fresh();
  const logins = [1, 2, 3].map(() => {
    PHASES.forEach((phase) => run(state, phase));
    return loginOf(state.secrets.order!.DATABASE_URL)!.user;
  });
  assert.deepEqual(logins, ['order_a', 'order_b', 'order_a']);
  assert.equal(signingKeys(state).length, 4);
  const changes = nextValues('introduce', { serviceSpecs, state, kinds: ['signing-keys'], now: NOW + 10_000 });
  execute(state, changes);
  assert.equal(signingKeys(state).length, 2);
});

test('--only leaves the others alone', () => {
  assert.deepEqual(run(fresh(), 'introduce', ['edge-keys']), ['product ORDER_KEY']);
  assert.deepEqual(run(fresh(), 'introduce', ['signing-keys']), ['user SIGNING_KEYS']);
  assert.deepEqual(run(fresh(), 'introduce', ['database-passwords']), ['order DATABASE_URL']);
});

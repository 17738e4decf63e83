import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rotateSecrets, type RotationOptions } from '../../../src/operate/rotation/rotate-secrets.ts';
import { fakeKubectl } from '../../support/fake-kubectl.ts';
import { fakeStack } from '../../support/fake-stack.ts';

const options = (more: Partial<RotationOptions>) => ({ context: 'kind-fake', timeout: 20, dryRun: false, ...more });

test('a key between services is rotated at both ends in three phases, each with new pods', async () => {
  const { session, secret } = await fakeStack();
  const before = secret('beta').ALPHA_KEY!;
  const run = session();
  await rotateSecrets(run, options({ only: ['edge-keys'] }));
  assert.notEqual(secret('beta').ALPHA_KEY, before);
  assert.equal(secret('alpha').BETA_KEY, secret('beta').ALPHA_KEY, 'the old one counts no more');
  const phases = run.report.lines.filter((line) => line.startsWith('stack'));
  assert.deepEqual(phases, [
    'stack rotate introduce: 1 values',
    'stack rotate switch: 1 values',
    'stack rotate retire: 1 values',
    'stack ready every secret is rotated',
  ]);
  assert.ok(run.report.lines.some((line) => line.startsWith('alpha ready')));
});

test('a dry run says what it would do and writes nothing, not even a lock', async () => {
  const { api, session, secret } = await fakeStack();
  const before = secret('alpha');
  api.writes.length = 0;
  const run = session();
  await rotateSecrets(run, options({ only: ['edge-keys', 'signing-keys'], dryRun: true }));
  assert.deepEqual(api.writes, []);
  assert.deepEqual(secret('alpha'), before);
  assert.ok(run.report.lines.some((line) => line.startsWith('alpha rotate would introduce: BETA_KEY')));
});

test('a phase that fails leaves the old values in force, and the next run goes on from there', async () => {
  const { api, session, secret } = await fakeStack();
  const before = secret('beta').ALPHA_KEY!;
  const run = session();
  const { controller } = api;
  // Once both ends know the next key, no pod becomes ready any more.
  api.controller = (object) => {
    if (!run.report.lines.some((line) => line.startsWith('stack rotate introduce'))) controller!(object);
  };
  await assert.rejects(
    rotateSecrets(run, options({ only: ['edge-keys'], timeout: 1 })),
    /phase "introduce" is not through/,
  );
  assert.equal(secret('beta').ALPHA_KEY, before);
  assert.ok(secret('alpha').BETA_KEY!.startsWith(`${before},`), 'alpha accepts the old one still');
  api.controller = controller;
  for (const object of [...api.objects.values()]) controller!(object);
  await rotateSecrets(session(), options({ only: ['edge-keys'] }));
  assert.notEqual(secret('beta').ALPHA_KEY, before);
  assert.equal(secret('alpha').BETA_KEY, secret('beta').ALPHA_KEY);
});

test('a database password: another login is introduced, used, and the old one retired', async () => {
  const { session, secret } = await fakeStack();
  const kubectl = fakeKubectl([{ asked: 'oid = 10', answer: 'alpha\n' }]);
  try {
    await rotateSecrets(session(), options({ only: ['database-passwords'] }));
    assert.match(secret('alpha').DATABASE_URL!, /^postgres:\/\/alpha_a:/);
    assert.equal(secret('alpha-db').POSTGRES_USER, 'alpha_a');
    assert.match(kubectl.calls(), /create role "alpha_a"/);
    assert.match(kubectl.calls(), /alter role %I password null/);
  } finally {
    kubectl.restore();
  }
});

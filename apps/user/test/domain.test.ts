import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ensureAdmin } from '../src/users/ensure-admin.ts';
import { hashPassword, verifyPassword } from '../src/users/password.ts';
import type { UserRecord, UserRepository } from '../src/users/user-repository.ts';
import { createUsers } from '../src/users/users.ts';

const account = { email: 'admin@shop.example', password: 'admin-password-1' };

/** A repository with `existing`, out of order for the first `failures` look-ups. */
function fakeRepository({ existing, failures = 0 }: { existing?: UserRecord; failures?: number } = {}) {
  const inserted: UserRecord[] = [];
  let lookups = 0;
  const repository = {
    async findByEmail() {
      if (++lookups <= failures) throw new Error('the database is not there');
      return existing;
    },
    findById: async () => undefined,
    async insert(record: UserRecord) {
      inserted.push(record);
      return true;
    },
  };
  return { repository: repository as unknown as UserRepository, inserted, lookups: () => lookups };
}

function recorder() {
  const messages: string[] = [];
  const note = (_fields: object, message: string) => void messages.push(message);
  return { messages, log: { info: note, warn: note } };
}

test('the admin is made as soon as the database is there', async () => {
  const { repository, inserted } = fakeRepository({ failures: 1 });
  const { log, messages } = recorder();
  await ensureAdmin({ repository, ...account, log, isStopping: () => false });
  assert.deepEqual(
    inserted.map(({ email, role }) => [email, role]),
    [[account.email, 'admin']],
  );
  assert.deepEqual(messages, ['the admin cannot be looked up yet, trying again', 'admin created']);
});

test('a customer with the address of the admin stays a customer, and the log says so', async () => {
  const existing: UserRecord = {
    id: 'x',
    email: account.email,
    name: 'x',
    role: 'customer',
    passwordHash: '',
    createdAt: new Date(),
  };
  const { repository, inserted } = fakeRepository({ existing });
  const { log, messages } = recorder();
  await ensureAdmin({ repository, ...account, log, isStopping: () => false });
  assert.equal(inserted.length, 0);
  assert.match(messages[0] ?? '', /there is no admin/);
});

test('a service that stops waits for no database', async () => {
  const { repository, lookups } = fakeRepository({ failures: 1000 });
  await ensureAdmin({ repository, ...account, log: recorder().log, isStopping: () => true });
  assert.equal(lookups(), 0);
});

test('a user who was deleted is not found', async () => {
  await assert.rejects(createUsers(fakeRepository().repository).get('x'), {
    name: 'ProblemError',
    detail: 'There is no such thing here',
  });
});

test('a password fits its hash in every composition, and no other', async () => {
  const stored = await hashPassword('pässwörd-of-mine');
  assert.equal(await verifyPassword('pässwörd-of-mine'.normalize('NFD'), stored), true);
  assert.equal(await verifyPassword('passwort-of-mine', stored), false);
  assert.equal(await verifyPassword('pässwörd-of-mine', stored.slice(0, stored.lastIndexOf('$') + 1)), false);
  await assert.rejects(verifyPassword('x', 'md5$x'), /unknown kind/);
});

test('a hash whose parameters scrypt refuses is an error, and others go on', async () => {
  await assert.rejects(verifyPassword('x', 'scrypt$3$8$5$AAAA$AAAA'));
  assert.equal(await verifyPassword('x', await hashPassword('x')), true);
});

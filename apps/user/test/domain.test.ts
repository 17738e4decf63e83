import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessions } from '../src/sessions/sessions.ts';
import { ensureAdmin } from '../src/users/ensure-admin.ts';
import { createPasswords } from '../src/users/password.ts';
import type { UserRecord, UserRepository } from '../src/users/user-repository.ts';
import { createUsers } from '../src/users/users.ts';

/** Who had a turn, in order. */
const turns: string[] = [];
const passwords = createPasswords((hash, client) => {
  turns.push(client);
  return hash();
});
const hashQueue = { prepare: <Result>(work: () => Promise<Result>) => work() };
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
  await ensureAdmin({ repository, passwords, ...account, log, isStopping: () => false });
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
  await ensureAdmin({ repository, passwords, ...account, log, isStopping: () => false });
  assert.equal(inserted.length, 0);
  assert.match(messages[0] ?? '', /there is no admin/);
});

test('a service that stops waits for no database', async () => {
  const { repository, lookups } = fakeRepository({ failures: 1000 });
  await ensureAdmin({ repository, passwords, ...account, log: recorder().log, isStopping: () => true });
  assert.equal(lookups(), 0);
});

test('a user who was deleted is not found', async () => {
  const { repository } = fakeRepository();
  await assert.rejects(createUsers({ repository, passwords, hashQueue }).get('x'), {
    name: 'ProblemError',
    detail: 'There is no such thing here',
  });
});

test('a password fits its hash in every composition, and no other', async () => {
  const stored = await passwords.hash('pässwörd-of-mine', 'a');
  assert.equal(await passwords.verify('pässwörd-of-mine'.normalize('NFD'), stored, 'a'), true);
  assert.equal(await passwords.verify('passwort-of-mine', stored, 'a'), false);
  assert.equal(await passwords.verify('pässwörd-of-mine', stored.slice(0, stored.lastIndexOf('$') + 1), 'a'), false);
  await assert.rejects(passwords.verify('x', 'md5$x', 'a'), /unknown kind/);
});

test('a hash whose parameters scrypt refuses is an error', async () => {
  await assert.rejects(passwords.verify('x', 'scrypt$3$8$5$AAAA$AAAA', 'a'));
});

test('an unknown address waits for its turn as a known one does, as its client', async () => {
  const existing = { id: 'x', role: 'customer', passwordHash: await passwords.hash('a password', 'a') } as UserRecord;
  const open = (known?: UserRecord) =>
    createSessions({
      users: fakeRepository(known === undefined ? {} : { existing: known }).repository,
      passwords,
      hashQueue,
      limit: { check: async () => {}, recordFailure: async () => {} },
      signToken: async () => 'token',
      lifetimeS: 1,
    }).open({ email: 'someone@example.com', password: 'another one' }, '192.0.2.7');
  turns.length = 0;
  await assert.rejects(open(existing), { detail: 'Email and password do not match' });
  await assert.rejects(open(), { detail: 'Email and password do not match' });
  assert.deepEqual(turns, ['192.0.2.7', '192.0.2.7']);
});

test('for a client whose hash is not going to be computed the database is not asked', async () => {
  const { repository, lookups } = fakeRepository();
  const hashQueue = {
    prepare: async () => {
      throw new Error('overloaded');
    },
  };
  const limit = { check: async () => assert.fail(), recordFailure: async () => assert.fail() };
  const sessions = createSessions({
    users: repository,
    passwords,
    hashQueue,
    limit,
    signToken: async () => 'token',
    lifetimeS: 1,
  });
  await assert.rejects(sessions.open(account, 'a'), /overloaded/);
  const users = createUsers({ repository, passwords, hashQueue });
  await assert.rejects(users.register({ ...account, name: 'x' }, 'a'), /overloaded/);
  assert.equal(lookups(), 0);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { initDatabase, type RunningPostgres, startPostgres } from '@slipway/embedded-postgres';
import { freePort } from '@slipway/util/free-port';
import pg from 'pg';
import { LIBPQ_OPTIONS } from '../../src/deploy/database/database-pod.ts';
import { introduceLogin, otherLogin, retireLogins } from '../../src/deploy/database/login-roles.ts';

// A service's name may need quotes, as a role's too.
const SERVICE = 'my-order';
const FIRST = { user: SERVICE, password: 'first-password' };
const SECOND = { user: `${SERVICE}_a`, password: 'second-password' };
const THIRD = { user: `${SERVICE}_b`, password: 'third-password' };

let home: string;
let server: RunningPostgres;
let port: number;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'login-roles-'));
  port = await freePort();
  await initDatabase(join(home, 'data'), { ...FIRST, sync: false });
  server = await startPostgres({ dir: join(home, 'data'), port, settings: { fsync: 'off' } });
});

after(async () => {
  await server.stop();
  await rm(home, { recursive: true });
});

type Login = { user: string; password: string; options?: string };

async function connect(login: Login): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, ...login, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(login: Login, sql: string): Promise<unknown[][]> {
  const client = await connect(login);
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

const admin = { user: 'admin', password: 'admin-password' };

test('a database with one login gets two that share it, and the old one can be taken away', async () => {
  // The superuser's door: over the pod's socket there, here by a login of its own.
  await query(FIRST, `create role admin superuser login password 'admin-password'`);
  await query(
    FIRST,
    `create type mood as enum ('fine'); create table orders (id bigint generated always as identity, mood mood);
     create view fine_orders as select * from orders; create sequence loose; create schema "Extra";
     create table "Extra"."Notes" (id int); create function one() returns int language sql as 'select 1';
     insert into orders (mood) values ('fine')`,
  );
  const inUse = await connect(FIRST);

  assert.equal(otherLogin(SERVICE, FIRST.user), SECOND.user);
  await query(admin, introduceLogin(SERVICE, SECOND));
  await query(admin, introduceLogin(SERVICE, SECOND));
  assert.equal((await inUse.query('select * from orders')).rowCount, 1, 'the old login goes on');
  const owners = await query(
    admin,
    `select distinct owner::regrole::text from (
       select relowner from pg_class where relnamespace in ('public'::regnamespace, '"Extra"'::regnamespace)
       union all select proowner from pg_proc where pronamespace = 'public'::regnamespace
       union all select typowner from pg_type where typname = 'mood'
       union all select nspowner from pg_namespace where nspname = 'Extra'
     ) as o (owner)`,
  );
  assert.deepEqual(owners, [[`"${SERVICE}_owner"`]]);

  assert.deepEqual(await query(SECOND, 'select current_user, session_user'), [[`${SERVICE}_owner`, SECOND.user]]);
  assert.deepEqual(await query(SECOND, `select rolsuper from pg_roles where rolname = current_user`), [[false]]);
  // What it makes belongs to both.
  await query(
    SECOND,
    `alter table orders add column note text; create table items (id int); insert into items values (1)`,
  );

  await query(admin, retireLogins(SERVICE, SECOND.user));
  await assert.rejects(connect(FIRST), /password authentication failed/);
  await assert.rejects(inUse.query('select 1'), 'its connections are ended');
  assert.equal((await query(SECOND, 'select * from fine_orders')).length, 1);

  assert.equal(otherLogin(SERVICE, SECOND.user), THIRD.user);
  await query(admin, introduceLogin(SERVICE, THIRD));
  assert.equal((await query(THIRD, 'select * from items')).length, 1);
  await query(admin, retireLogins(SERVICE, THIRD.user));
  await assert.rejects(connect(SECOND), /password authentication failed/);
  assert.equal(otherLogin(SERVICE, THIRD.user), SECOND.user);
});

test('a volume that was made with one of the logins: it is the superuser still, asked as we ask', async () => {
  // As initdb leaves it: the superuser is the login itself.
  await query(admin, introduceLogin(SERVICE, FIRST));
  await assert.rejects(query(FIRST, retireLogins(SERVICE, FIRST.user)), /permission denied/);
  await query({ ...FIRST, options: LIBPQ_OPTIONS }, retireLogins(SERVICE, FIRST.user));
  await assert.rejects(connect(THIRD), /password authentication failed/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceSpec } from '../../../src/services/service-spec.ts';
import { planServices } from '../../../src/dev/local/plan-services.ts';

const plain = (name: string, local: string) => ({
  name,
  description: '',
  secret: false,
  default: '8080',
  source: { kind: 'plain', local } as const,
});
const secret = (name: string, source: ServiceSpec['keys'][number]['source']) => ({
  name,
  description: '',
  secret: true,
  source,
});

const serviceSpecs: ServiceSpec[] = [
  {
    name: 'order',
    root: 'apps/order',
    configFile: 'apps/order/src/config.ts',
    keys: [
      plain('PORT', '3003'),
      plain('MANAGEMENT_PORT', '9303'),
      { name: 'USER_URL', description: '', secret: false, source: { kind: 'service-url', service: 'user' } },
      secret('DATABASE_URL', { kind: 'postgres-url' }),
    ],
    hasDatabase: true,
    calls: ['user'],
  },
  {
    name: 'user',
    root: 'apps/user',
    configFile: 'apps/user/src/config.ts',
    keys: [
      plain('PORT', '3001'),
      plain('MANAGEMENT_PORT', '9301'),
      secret('ADMIN_PASSWORD', { kind: 'generated-password', length: 24 }),
    ],
    hasDatabase: false,
    calls: [],
  },
];

const plan = (known: Record<string, Record<string, string>>) => planServices(serviceSpecs, known, '/data').services;

test('a service has its declared ports, and a database on the port that belongs to them', () => {
  const [order, user] = plan({});
  assert.deepEqual(
    order?.ports.map(({ port }) => port),
    [3003, 9303],
  );
  assert.equal(order?.database?.port, 54_303);
  assert.equal(order?.database?.dir, '/data/order/postgres');
  assert.equal(
    order?.environment.DATABASE_URL,
    `postgres://order:${order?.database?.password}@127.0.0.1:54303/postgres`,
  );
  assert.equal(user?.database, undefined);
  assert.deepEqual(user?.credentials, ['ADMIN_PASSWORD']);
});

test('a port set in .env moves the service for its callers too', () => {
  const [order] = plan({ user: { PORT: '4001' } });
  assert.equal(order?.environment.USER_URL, 'http://127.0.0.1:4001');
});

test('a database of our shape on another port is still ours; any other is left to the user', () => {
  const [moved] = plan({ order: { DATABASE_URL: 'postgres://order:pw@127.0.0.1:6000/postgres' } });
  assert.equal(moved?.database?.port, 6000);
  const [foreign] = plan({ order: { DATABASE_URL: 'postgres://me:pw@db.example:5432/shop' } });
  assert.equal(foreign?.database, undefined);
  assert.equal(foreign?.environment.DATABASE_URL, 'postgres://me:pw@db.example:5432/shop');
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { moveAway, withMovedPorts } from '../../../src/dev/local/moved-ports.ts';
import { findPortConflicts, portProblems } from '../../../src/dev/local/port-conflicts.ts';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import type { LocalService } from '../../../src/dev/local/local-service.ts';

function service(name: string, port: number, managementPort: number): LocalService {
  return {
    name,
    root: `apps/${name}`,
    configFile: `apps/${name}/src/config.ts`,
    calls: [],
    environment: { PORT: String(port), MANAGEMENT_PORT: String(managementPort) },
    host: '127.0.0.1',
    ports: [
      { key: 'PORT', port },
      { key: 'MANAGEMENT_PORT', port: managementPort },
    ],
    url: `http://127.0.0.1:${port}`,
    managementUrl: `http://127.0.0.1:${managementPort}`,
    credentials: [],
    secretsFile: '',
  };
}

test('a taken port is named with its service, its key and who holds it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const [free = 0] = await freePorts(1);
  const [conflict, ...others] = await findPortConflicts([service('order', port, free)]);
  holder.close();
  assert.deepEqual(others, []);
  assert.deepEqual({ ...conflict, holder: '' }, { service: 'order', key: 'PORT', port, holder: '' });
  if (process.platform === 'linux') assert.match(conflict!.holder, new RegExp(`process ${process.pid}`));
});

test('two services that want one port, and a port that is none, are problems with the file that changes it', () => {
  assert.deepEqual(portProblems([service('order', 4001, 4002), service('user', 4001, 70_000)]), [
    'user and order both want port 4001 (PORT, PORT): set another in apps/user/.env (PORT)',
    'user: MANAGEMENT_PORT holds no usable port: set another in apps/user/.env (MANAGEMENT_PORT)',
  ]);
});

test('free ports are no conflict', async () => {
  const [port = 0, management = 0] = await freePorts(2);
  assert.deepEqual(await findPortConflicts([service('order', port, management)]), []);
});

test('a moved port is told to the service, to its callers, and in the URL of its database; nothing else changes', async () => {
  const callee: LocalService = {
    ...service('product', 4001, 4002),
    environment: {
      PORT: '4001',
      MANAGEMENT_PORT: '4002',
      DB: 'postgres://product:p%40ss@127.0.0.1:4003/postgres',
      N: '4001',
    },
    database: { dir: '', port: 4003, user: 'product', password: 'p@ss', databaseKey: 'DB' },
  };
  const caller = service('order', 4011, 4012);
  caller.environment.PRODUCT_URL = callee.url;
  const taken = (['PORT', 'DATABASE_URL'] as const).map((key) => ({ service: 'product', key, port: 0, holder: '' }));
  const moved = await moveAway(taken);
  const { PORT, DATABASE_URL } = moved.product!;
  const [order, product] = withMovedPorts([caller, callee], moved);
  assert.deepEqual(product!.environment, {
    PORT: String(PORT),
    MANAGEMENT_PORT: '4002',
    DB: `postgres://product:p%40ss@127.0.0.1:${DATABASE_URL}/postgres`,
    N: '4001',
  });
  assert.equal(product!.database!.port, DATABASE_URL);
  assert.equal(product!.url, `http://127.0.0.1:${PORT}`);
  assert.equal(product!.managementUrl, callee.managementUrl);
  assert.equal(order!.environment.PRODUCT_URL, product!.url);
  assert.deepEqual(order!.ports, caller.ports);
});

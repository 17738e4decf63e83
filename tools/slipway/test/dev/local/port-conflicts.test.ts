import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { findPortConflicts } from '../../../src/dev/local/port-conflicts.ts';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import type { LocalService } from '../../../src/dev/local/local-service.ts';

function service(name: string, port: number, managementPort: number): LocalService {
  return {
    name,
    root: `apps/${name}`,
    calls: [],
    environment: {},
    host: '127.0.0.1',
    ports: [
      { key: 'PORT', port },
      { key: 'MANAGEMENT_PORT', port: managementPort },
    ],
    url: '',
    managementUrl: '',
    credentials: [],
    secretsFile: '',
  };
}

test('a taken port is named with its service, its key, who holds it and the file that changes it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const [free = 0] = await freePorts(1);
  const [line = '', ...others] = await findPortConflicts([service('order', port, free)]);
  holder.close();
  assert.deepEqual(others, []);
  assert.match(
    line,
    new RegExp(`^order needs port ${port} \\(PORT\\), taken by .*: stop that, or set another in apps/order/\\.env`),
  );
  if (process.platform === 'linux') assert.match(line, new RegExp(`process ${process.pid}`));
});

test('two services that want one port are told apart from a foreign holder', async () => {
  const [port = 0, one = 0, two = 0] = await freePorts(3);
  const lines = await findPortConflicts([service('order', port, one), service('user', port, two)]);
  assert.deepEqual(lines, [`user and order both want port ${port} (PORT, PORT): set another in apps/user/.env (PORT)`]);
});

test('free ports are no conflict', async () => {
  const [port = 0, management = 0] = await freePorts(2);
  assert.deepEqual(await findPortConflicts([service('order', port, management)]), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExposed } from '../src/cluster/exposed-services.ts';

const service = (name: string, type: string, ...nodePorts: number[]) => ({
  metadata: { name, namespace: 'shop' },
  spec: { type, ports: nodePorts.map((nodePort) => ({ nodePort })) },
});

test('what kind maps to this machine is named with its address, a wildcard as the loopback', () => {
  const items = [
    service('gateway', 'NodePort', 30080),
    service('hidden', 'NodePort', 31000),
    service('user', 'ClusterIP'),
    service('six', 'NodePort', 30081),
  ];
  const mappings = [
    {
      '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '39001' }],
      '30080/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }],
    },
    { '30081/tcp': [{ HostIp: '::', HostPort: '8081' }], '31000/tcp': null },
  ];
  assert.deepEqual(parseExposed({ items }, mappings), [
    { namespace: 'shop', name: 'gateway', url: 'http://127.0.0.1:8080' },
    { namespace: 'shop', name: 'six', url: 'http://[::1]:8081' },
  ]);
});

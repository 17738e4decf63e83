import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeySource, ServiceSpec } from '../../src/services/service-spec.ts';
import { environmentKeys } from '../../src/page/data/environment-keys.ts';

const key = (name: string, source: KeySource) => ({ name, description: '', secret: false, source });
const spec: ServiceSpec = {
  name: 'order',
  root: 'apps/order',
  configFile: 'apps/order/src/config.ts',
  calls: [],
  hasDatabase: false,
  keys: [
    key('REDIS_URL', { kind: 'plain', dev: 'redis://127.0.0.1:6379' }),
    key('MIRROR_URL', { kind: 'plain', dev: 'see https://me:declared-pw@mirror.example/a@b, or ask' }),
    key('PORT', { kind: 'plain', local: '3003' }),
    key('NOTE', { kind: 'plain' }),
    key('USER_URL', { kind: 'service-url', service: 'user' }),
  ],
};
const shown = (environment: Record<string, string>) =>
  Object.fromEntries(
    environmentKeys('/nowhere', spec, 'local', environment).map(({ name, value, origin }) => [name, [value, origin]]),
  );

test('a value of .env is not shown, and a URL is shown without user and password', () => {
  const environment = {
    REDIS_URL: 'redis://:own-pw@cache.example',
    MIRROR_URL: 'see https://me:declared-pw@mirror.example/a@b, or ask',
    PORT: '3003',
    NOTE: '',
    USER_URL: 'http://127.0.0.1:3001',
  };
  assert.deepEqual(shown(environment), {
    REDIS_URL: [undefined, 'apps/order/.env'],
    MIRROR_URL: ['see https://mirror.example/a@b, or ask', 'declared'],
    PORT: ['3003', 'declared'],
    NOTE: [undefined, 'declared'],
    USER_URL: ['http://127.0.0.1:3001', 'address of the service: user'],
  });
});

import { test } from 'node:test';
import { chaos } from './support/chaos.ts';

test('services restart, a process is killed, a database stops, clients attack: the short form', () =>
  chaos('chaos:short'));

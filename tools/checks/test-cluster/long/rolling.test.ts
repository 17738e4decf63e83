import { test } from 'node:test';
import { rolling } from '../support/rolling.ts';

test('services restart, scale, lose pods, a worker is drained, and no request fails', () =>
  rolling('--grep-invert', '@short'));

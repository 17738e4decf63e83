import { test } from 'node:test';
import { rolling } from './support/rolling.ts';

test('every service restarts and no request fails', () => rolling('--grep', '@short'));

import { test } from 'node:test';
import { chaos } from '../support/chaos.ts';

test('every fault that the cluster can have, under a steady load', () => chaos('chaos', '--grep-invert', '@short'));

import { join } from 'node:path';
import type { Contender } from '../gateway/contender.ts';

export const bareNode: Contender = {
  name: 'bare node:http',
  does: 'answers by itself, asks no service',
  token: () => '',
  prepare: async ({ port }) => ({
    command: [process.execPath, join(import.meta.dirname, 'bare-node-server.ts')],
    environment: { PORT: String(port) },
  }),
};

import { join } from 'node:path';
import type { Contender } from '../contender.ts';

export const fastifyProxy: Contender = {
  name: '@fastify/http-proxy + @fastify/jwt',
  does: 'RS256 tokens with cache; no logs, no metrics',
  token: ({ rs256 }) => rs256,
  async prepare({ port, upstreamPort, tokens }) {
    return {
      command: [process.execPath, join(import.meta.dirname, '../fastify-gateway.ts')],
      environment: {
        NODE_ENV: 'production',
        PORT: String(port),
        UPSTREAM_URL: `http://127.0.0.1:${upstreamPort}`,
        PUBLIC_KEY: tokens.rsaPublicKey,
      },
    };
  },
};

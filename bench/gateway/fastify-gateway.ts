import httpProxy from '@fastify/http-proxy';
import jwt from '@fastify/jwt';
import { fastify } from 'fastify';

// What a team would put together from kept packages, with nothing else on: no logs, no metrics, no header rules.
const { PORT, UPSTREAM_URL = '', PUBLIC_KEY = '' } = process.env;
const app = fastify({ logger: false });
await app.register(jwt, {
  secret: { public: PUBLIC_KEY },
  verify: { algorithms: ['RS256'], allowedIss: 'slipway-shop', allowedAud: 'slipway-shop', cache: true },
});
await app.register(httpProxy, {
  upstream: UPSTREAM_URL,
  undici: { connections: 128 },
  preHandler(request, _reply, done) {
    request.jwtVerify().then(() => done(), done);
  },
});
await app.listen({ host: '127.0.0.1', port: Number(PORT) });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics, createRemoteVerifier } from '@shop/service-kit';
import { startUpstream } from '@slipway/testing/http';
import { createIssuer } from '@slipway/testing/shop';

test('a service is not ready before it has the keys of tokens, and asks for them until it has', async (t) => {
  const upstream = await startUpstream((_request, response) => void response.writeHead(503).end());
  const auth = createRemoteVerifier({
    userUrl: upstream.url,
    issuer: 'slipway-shop',
    audience: 'slipway-shop',
    metrics: createMetrics(),
  });
  t.after(async () => {
    await auth.close();
    await upstream.close();
  });
  assert.equal(auth.check(), undefined, 'nothing was begun');
  await auth.warmUp();
  while (upstream.requests.length === 0) await sleep(5);
  assert.match(auth.check() ?? '', /keys/);
  const { jwks } = await createIssuer();
  upstream.answer((_request, response) => void response.end(JSON.stringify(jwks)));
  while (auth.check() !== undefined) await sleep(5);
});

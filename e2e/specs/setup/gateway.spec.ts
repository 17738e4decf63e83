import { expect, test } from '@playwright/test';
import { logOfRequest } from '../../support/service-log.ts';
import { target } from '../../support/target.ts';

// First and alone: when nothing answers, one clear failure instead of a hundred.
test(`the gateway answers at ${target.gatewayUrl}`, async ({ request }) => {
  const start = target.kubeContext === undefined ? 'npm start' : 'npm run up';
  // For a moment: a node may learn only after a deploy's end where its port leads.
  await expect
    .poll(
      () =>
        request.get('/healthz', { timeout: 10_000 }).then(
          (response) => response.status(),
          (error: Error) => error.message.split('\n')[0],
        ),
      { message: `is the stack up? \`${start}\` brings it up`, timeout: 10_000 },
    )
    .toBe(200);
});

// A test that disturbs one cluster must not measure another.
test(`it is the gateway of ${target.kubeContext ?? 'no cluster'}`, async ({ request }) => {
  test.skip(target.kubeContext === undefined, 'no cluster is named');
  const id = `whose-${crypto.randomUUID()}`;
  await request.get('/api/v1/products?limit=1', { headers: { 'x-request-id': id }, timeout: 10_000 });
  await expect
    .poll(async () => (await logOfRequest('gateway', id)).length, {
      message: `no gateway of ${target.kubeContext} has seen the request: ${target.gatewayUrl} belongs to another stack`,
      timeout: 10_000,
    })
    .toBeGreaterThan(0);
});

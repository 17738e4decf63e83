import { expect, test } from '@playwright/test';
import { target } from '../../support/target.ts';

// First and alone: when nothing answers, one clear failure instead of a hundred.
test(`the gateway answers at ${target.gatewayUrl}`, async ({ request }) => {
  const response = await request.get('/healthz', { timeout: 10_000 }).catch((error: Error) => {
    const start = target.kubeContext === undefined ? 'npm start' : 'npm run up';
    throw new Error(`${error.message.split('\n')[0]} — is the stack up? \`${start}\` brings it up`);
  });
  expect(response.status()).toBe(200);
});

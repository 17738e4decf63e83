import { expect, test } from '@playwright/test';
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

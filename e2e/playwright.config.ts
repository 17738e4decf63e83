import { defineConfig } from '@playwright/test';
import { target } from './support/target.ts';

const { gatewayUrl, kubeContext } = target;

// Workers read this file too; the line is for the terminal once.
if (kubeContext === undefined && process.env.TEST_WORKER_INDEX === undefined) {
  console.log(
    `cluster specs are left out: ${gatewayUrl} belongs to no known cluster (npx nx e2e e2e-k8s tests the kind cluster's)`,
  );
}

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  reporter: 'list',
  fullyParallel: true,
  workers: 4,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 30_000,
  // Ends what the timeouts of single tests cannot: a hook or a worker that hangs.
  globalTimeout: 10 * 60_000,
  expect: { timeout: 10_000 },
  use: { baseURL: gatewayUrl },
  projects: [
    { name: 'setup', testDir: 'specs/setup' },
    { name: 'api', testDir: 'specs/api', dependencies: ['setup'] },
    ...(kubeContext === undefined
      ? []
      : [
          { name: 'cluster', testDir: 'specs/cluster', dependencies: ['setup'] },
          // What takes parts of the stack away runs alone, one spec after the other, when the rest is through.
          {
            name: 'disruption',
            testDir: 'specs/disruption',
            dependencies: ['api', 'cluster'],
            fullyParallel: false,
            workers: 1,
            timeout: 180_000,
          },
        ]),
  ],
});

import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';
import { target } from './support/target.ts';

if (target.kubeContext === undefined)
  throw new Error(
    `${target.gatewayUrl} belongs to no known cluster: npx nx run e2e-k8s:chaos tests the kind cluster's`,
  );

/** Faults, one after the other, each under a steady load. */
export default defineConfig({
  ...config,
  workers: 1,
  fullyParallel: false,
  timeout: 5 * 60_000,
  globalTimeout: 60 * 60_000,
  projects: [
    { name: 'setup', testDir: 'specs/setup' },
    { name: 'chaos', testDir: 'specs/chaos', dependencies: ['setup'] },
  ],
});

import { programs } from '../programs.ts';
import type { Stage } from '../stage.ts';
import { clusterStages } from './cluster-stages.ts';
import { commandStage } from './command-stage.ts';
import { nodeTestStage } from './node-test-stage.ts';
import { playwrightStage, reporterArguments } from './playwright-stage.ts';

const MINUTE = 60_000;

const domainTests = 'apps/{user,product,order}/test/**/*.test.ts';

/** Everything `npm test` runs, cheapest first. */
export function stages(): Stage[] {
  return [
    commandStage({
      name: 'lint',
      description: 'ESLint and the module boundaries',
      command: programs.nx('run', 'workspace:lint'),
      boundMs: 5 * MINUTE,
    }),
    commandStage({
      name: 'format',
      description: 'Prettier',
      command: programs.nx('run', 'workspace:format'),
      boundMs: 3 * MINUTE,
    }),
    commandStage({
      name: 'typecheck',
      description: 'TypeScript over every project',
      command: programs.nx('run-many', '-t', 'typecheck'),
      boundMs: 5 * MINUTE,
    }),
    commandStage({
      name: 'manifests',
      description: 'deploy/base and every .env.example are what the services’ files say',
      command: programs.nx('run', 'deploy:check'),
      boundMs: 2 * MINUTE,
    }),
    nodeTestStage({
      name: 'tests',
      description: 'unit and integration tests, on real Postgres',
      pattern: '{apps,libs,tools}/*/test/**/*.test.ts',
      exclude: domainTests,
      longPattern: 'tools/*/test-long/*.test.ts',
      boundMs: 20 * MINUTE,
    }),
    nodeTestStage({
      name: 'domain',
      description: 'the services with a database, and how much of their domain the tests reach',
      pattern: domainTests,
      coverage: {
        files: [
          'apps/user/src/{users,sessions}/**',
          'apps/product/src/{products,reservations}/**',
          'apps/order/src/orders/**',
        ],
        branches: 90,
      },
      boundMs: 10 * MINUTE,
    }),
    playwrightStage({
      name: 'e2e',
      description: 'API e2e against the services as processes with throw-away data',
      command: programs.start(
        '--ephemeral',
        '--',
        ...programs.playwright('test', '--config', 'e2e/playwright.config.ts', ...reporterArguments),
      ),
      // The stack names its own address and admin; what the caller's shell says of another one must not win.
      env: { GATEWAY_URL: undefined, KUBE_CONTEXT: undefined, ADMIN_EMAIL: undefined, ADMIN_PASSWORD: undefined },
      boundMs: 6 * MINUTE,
    }),
    ...clusterStages(),
  ];
}

import { programs } from '../programs.ts';
import { runBounded } from '../run-bounded.ts';
import type { Stage } from '../stage.ts';
import { logFile } from '../workspace-root.ts';
import { commandStage } from './command-stage.ts';
import { nodeTestStage } from './node-test-stage.ts';
import { scoreStage } from './score-stage.ts';
import { playwrightStage, reporterArguments } from './playwright-stage.ts';

const MINUTE = 60_000;

/** What only a real cluster shows. Each needs those before it. */
export function clusterStages(): Stage[] {
  return [
    {
      name: 'cluster',
      description: 'the kind cluster: in CI a new one, else from whatever state this machine is in',
      async run(context) {
        const { isCi, isLong } = context;
        if (!isCi && !isLong && !(await hasEngine())) {
          return {
            leftOut: 'no container engine answers here. As root: npm run cluster -- up --install, then npm test again',
          };
        }
        return commandStage({
          name: 'cluster',
          description: '',
          // What an earlier run or somebody's trial has left in a cluster must not decide in CI.
          command: programs.cluster('up', ...(isCi ? ['--install', '--fresh'] : [])),
          // The node image is built from packages where no registry can be reached.
          boundMs: 30 * MINUTE,
          isLive: true,
        }).run(context);
      },
    },
    commandStage({
      name: 'deploy',
      description: 'nx run-many -t deploy-kind',
      needs: ['cluster'],
      command: programs.nx('run-many', '-t', 'deploy-kind'),
      boundMs: 10 * MINUTE,
      isLive: true,
    }),
    scoreStage(),
    playwrightStage({
      name: 'cluster-e2e',
      description: 'e2e against the cluster’s gateway and from inside the cluster',
      needs: ['deploy'],
      command: programs.nx('run', 'e2e-k8s:e2e', ...reporterArguments),
      // Of the cluster, whatever the caller's shell says.
      env: { GATEWAY_URL: undefined, KUBE_CONTEXT: undefined, ADMIN_EMAIL: undefined, ADMIN_PASSWORD: undefined },
      boundMs: 12 * MINUTE,
    }),
    nodeTestStage({
      name: 'scenarios',
      description: 'deploying again, a broken migration, kubectl alone, teardown',
      needs: ['deploy'],
      pattern: 'tools/checks/test-cluster/*.test.ts',
      longPattern: 'tools/checks/test-cluster/long/*.test.ts',
      isSerial: true,
      boundMs: 30 * MINUTE,
      longBoundMs: 150 * MINUTE,
      // Scenarios that delete the databases: not on a cluster where someone works.
      environment: ({ isCi, isLong }) => ({ SLIPWAY_CHECKS_MAY_DELETE: isCi || isLong ? 'yes' : 'no' }),
    }),
  ];
}

async function hasEngine(): Promise<boolean> {
  try {
    const { exitCode } = await runBounded(['docker', 'version', '--format', '{{.Server.Version}}'], {
      boundMs: 20_000,
      logFile: logFile('engine.log'),
    });
    return exitCode === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

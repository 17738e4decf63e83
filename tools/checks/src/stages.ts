import { succeeds } from '@slipway/util/exec';
import {
  commandCounts,
  type Counts,
  playwrightCounts,
  taskCounts,
  testCounts,
  testReport,
  testReports,
} from './counts.ts';
import { programs } from './programs.ts';
import { logFile } from './workspace-root.ts';

export type Stage = {
  name: string;
  /** It begins when these have ended; it is not run when one that it `needs` has failed. */
  after: string[];
  needs?: string[];
  /** Why it is left out here, and how to get it. */
  skipped?: string;
  command: [string, ...string[]];
  env?: Record<string, string | undefined>;
  limitMinutes: number;
  /** Reports of an earlier run, removed before it begins. */
  stale?: string[];
  counts(exitCode: number): Counts;
};

type StageOptions = { isCi: boolean; cluster: boolean; long: boolean };

// Two tasks beside each other, of which a test runs two files: most of them wait for a database.
const PARALLEL = '--parallel=2';
/** The stack names its own address and admin; what the caller's shell says of another one must not win. */
const OWN_STACK = {
  GATEWAY_URL: undefined,
  KUBE_CONTEXT: undefined,
  ADMIN_EMAIL: undefined,
  ADMIN_PASSWORD: undefined,
};

/** Everything `npm test` runs. The cluster comes up beside the tests, which leave it time to wait for. */
export async function stages({ isCi, cluster, long }: StageOptions): Promise<Stage[]> {
  const targets = ['lint', 'typecheck', 'test', 'format', 'check', ...(long ? ['test-long'] : [])];
  const tasks = logFile('tasks.json');
  const workspace: Stage = {
    name: 'workspace',
    after: [],
    command: programs.nx('run-many', '-t', ...targets, PARALLEL),
    // Without the daemon: it would not hear of this variable.
    env: { SLIPWAY_TASK_RESULTS: tasks, NX_DAEMON: 'false' },
    limitMinutes: long ? 60 : 25,
    stale: [tasks, testReports],
    counts: (exitCode) => taskCounts(tasks, exitCode),
  };
  const e2e = playwrightStage('e2e', ['workspace'], [], (...reporters) =>
    programs.start('--ephemeral', '--', ...programs.playwright('test', '-c', 'e2e/playwright.config.ts', ...reporters)),
  );
  return [workspace, e2e, ...(cluster ? await clusterStages({ isCi, long }) : [])];
}

async function clusterStages({ isCi, long }: Omit<StageOptions, 'cluster'>): Promise<Stage[]> {
  const hasEngine = isCi || (await succeeds(['docker', 'version'], { timeoutMs: 20_000 }));
  const skipped = 'no container engine answers. As root: npm run cluster -- up --install, then npm test again';
  const hasGo = isCi || (await succeeds(['go', 'version'], { timeoutMs: 20_000 }));
  const scenarios = `scenarios:e2e${long ? ':long' : ''}`;
  return [
    {
      ...commandStage('cluster', programs.cluster('up', ...(isCi ? ['--install', '--fresh'] : [])), 30),
      after: [],
      ...(hasEngine ? {} : { skipped }),
    },
    { ...commandStage('deploy', programs.nx('run-many', '-t', 'deploy-kind'), 10), after: ['e2e'], needs: ['cluster'] },
    {
      ...commandStage('score', programs.node('tools/kube-score/src/main.ts'), 10),
      needs: ['deploy'],
      ...(hasGo ? {} : { skipped: 'kube-score is built with Go, and none is on the PATH' }),
    },
    playwrightStage('cluster-e2e', ['score'], ['deploy'], (...reporters) =>
      programs.nx('run', 'e2e-k8s:e2e', ...reporters),
    ),
    {
      ...commandStage('scenarios', programs.nx('run', scenarios), long ? 180 : 40),
      after: ['cluster-e2e'],
      needs: ['deploy'],
      // Scenarios that delete the databases: not on a cluster where someone works.
      env: { SLIPWAY_CHECKS_MAY_DELETE: isCi || long ? 'yes' : 'no' },
      stale: [testReport('scenarios', 'e2e')],
      counts: (exitCode) => testCounts('scenarios', 'e2e', exitCode),
    },
  ];
}

/** Counts as one. */
function commandStage(name: string, command: [string, ...string[]], limitMinutes: number): Stage {
  return { name, after: [], command, limitMinutes, counts: commandCounts };
}

function playwrightStage(
  name: string,
  after: string[],
  needs: string[],
  command: (...reporters: string[]) => [string, ...string[]],
): Stage {
  const report = logFile(`${name}.json`);
  return {
    name,
    after,
    needs,
    command: command('--reporter=dot,json'),
    env: { ...OWN_STACK, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    limitMinutes: 12,
    stale: [report],
    counts: (exitCode) => playwrightCounts(report, exitCode),
  };
}

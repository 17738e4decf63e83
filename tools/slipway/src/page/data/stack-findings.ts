import { startCommand } from '../../util/commands.ts';
import type { PageFinding } from './page-types.ts';
import { wordsIn } from './words-in.ts';

type StackFacts = {
  /** Why the plan of the services cannot be made. */
  problem?: string;
  /** Services that no process runs. */
  missing: string[];
  /** How many services run. */
  running: number;
  /** As commands take it: ` --stack NAME`. */
  stackOption: string;
};

/** What is wrong with the stack of this machine as a whole. */
export function stackFindings({ problem, missing, running, stackOption }: StackFacts): PageFinding[] {
  return [
    ...(problem === undefined ? [] : [brokenWorkspace(problem)]),
    ...notRunning(missing, running, startCommand(...wordsIn(stackOption))),
  ];
}

function brokenWorkspace(problem: string): PageFinding {
  const [message = '', ...details] = problem.split('\n');
  return { code: 'workspace-broken', severity: 'error', who: 'workspace', message, details };
}

function notRunning(missing: string[], running: number, command: string): PageFinding[] {
  if (missing.length === 0) return [];
  if (running === 0)
    return [
      {
        code: 'not-running',
        severity: 'error',
        who: 'stack',
        message: 'no service runs on this machine',
        details: [],
        command,
      },
    ];
  return [
    {
      code: 'not-started',
      severity: 'warning',
      who: missing.join(', '),
      message: 'not started',
      details: [],
      command,
    },
  ];
}

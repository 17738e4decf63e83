import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KIND_CONFIG } from '../../util/workspace/settings.ts';
import { checkCluster } from './cluster-checks.ts';
import type { Finding, Machine } from './finding.ts';
import { checkMachine } from './machine-checks.ts';
import { checkWorkspace } from './workspace-checks.ts';

/** Looks at the machine, the workspace and the cluster; changes nothing. */
export async function doctor(workspaceRoot: string, machine: Machine): Promise<Finding[]> {
  const [ofMachine, ofWorkspace, ofCluster] = await Promise.all([
    checkMachine(machine),
    checkWorkspace(workspaceRoot),
    // Without it the workspace is not set up, which has been said.
    existsSync(join(workspaceRoot, KIND_CONFIG)) ? checkCluster(workspaceRoot, machine) : [],
  ]);
  return [...ofMachine, ...ofWorkspace, ...ofCluster];
}

const SIGNS = { ok: '✓', note: '•', problem: '✗' } as const;

/** A line for each finding, and one for what to do about it. */
export function formatFindings(findings: Finding[]): string {
  const lines = findings.flatMap(({ check, state, message, hint }) => [
    `${SIGNS[state]} ${check.padEnd(10)} ${message}`,
    ...(hint === undefined ? [] : [`  ${' '.repeat(10)} → ${hint}`]),
  ]);
  const count = findings.filter(({ state }) => state === 'problem').length;
  return [...lines, count === 0 ? 'Nothing is in the way.' : `${count} problem${count === 1 ? '' : 's'}.`].join('\n');
}

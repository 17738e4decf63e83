import { join } from 'node:path';
import {
  compareHistory,
  describeProblem,
  keptHistory,
  type MigrationProblem,
  type MigrationsFolder,
  readMigrations,
} from '@slipway/migrations';
import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';

/** The folder of a service's migrations, relative to the workspace. */
export function migrationsFolderOf({ root }: ServiceContract): string {
  return `${root}/migrations`;
}

/** What is wrong with the files of a service's migrations: what its migrator would refuse. */
export function migrationFaults(workspaceRoot: string, contract: ServiceContract): Fault[] {
  if (!contract.hasDatabase) return [];
  const folder = readFolder(workspaceRoot, contract);
  if (folder !== undefined) return folder.problems.map((problem) => toFault(problem, contract));
  return [
    {
      file: migrationsFolderOf(contract),
      problem: 'does not exist, but the service has a database',
      cure: 'make it, with 0001_NAME.sql',
    },
  ];
}

/**
 * Migrations that do not continue what the cluster's database has. `deployed`: of the inventory, file → checksum; `reset`:
 * the command that empties this very database, where there is one.
 */
export function historyFaults(
  workspaceRoot: string,
  contract: ServiceContract,
  deployed: Record<string, string>,
  reset: string | undefined,
): Fault[] {
  const folder = readFolder(workspaceRoot, contract);
  if (folder === undefined) return [];
  const applied = Object.entries(deployed).map(([file, checksum]) => ({ name: file.replace(/\.sql$/, ''), checksum }));
  return compareHistory(folder, applied).problems.map((problem) => toFault(problem, contract, reset));
}

/** What the inventory is to say of a service once this checkout is deployed. `listed`: what it says now. */
export function deployedMigrations(
  workspaceRoot: string,
  contract: ServiceContract,
  listed: Record<string, string> = {},
): Record<string, string> {
  if (!contract.hasDatabase) return {};
  return keptHistory(listed, readFolder(workspaceRoot, contract)?.migrations ?? []);
}

function readFolder(workspaceRoot: string, contract: ServiceContract): MigrationsFolder | undefined {
  try {
    return readMigrations(join(workspaceRoot, migrationsFolderOf(contract)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function toFault(problem: MigrationProblem, contract: ServiceContract, reset?: string): Fault {
  const folder = migrationsFolderOf(contract);
  const { message, hint } = describeProblem(problem, { folder, ...(reset === undefined ? {} : { reset }) });
  return {
    file: `${folder}/${problem.file}`,
    ...('line' in problem ? { line: problem.line } : {}),
    problem: message,
    cure: hint,
  };
}

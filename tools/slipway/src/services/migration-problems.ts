import { join } from 'node:path';
import { codeOf } from '@slipway/util/errors';
import {
  compareHistory,
  describeProblem,
  keptHistory,
  MIGRATIONS_FOLDER,
  type MigrationProblem,
  type MigrationsFolder,
  readMigrations,
} from '@slipway/migrations';
import { migrationOf } from './migrate-command.ts';
import type { ServiceSpec } from './service-spec.ts';
import type { Problem } from '../util/problems/problem.ts';

/** The folder of a service's migrations, relative to the workspace. */
export function migrationsFolderOf({ root }: ServiceSpec): string {
  return `${root}/${MIGRATIONS_FOLDER}`;
}

/** What is wrong with the files of a service's migrations: what its migrator would refuse. */
export function migrationProblems(workspaceRoot: string, serviceSpec: ServiceSpec): Problem[] {
  const migration = migrationOf(workspaceRoot, serviceSpec);
  if (typeof migration === 'object' && 'problem' in migration) return [migration.problem];
  if (migration !== 'builtin') return [];
  const folder = readFolder(workspaceRoot, serviceSpec);
  if (folder !== undefined) return folder.problems.map((problem) => toProblem(problem, serviceSpec));
  return [
    {
      file: migrationsFolderOf(serviceSpec),
      message: 'does not exist, but the service has a database',
      hint: 'make it, with 0001_NAME.sql',
    },
  ];
}

/**
 * Migrations that do not continue what the cluster's database has. `deployed`: of the inventory, file → checksum; `reset`:
 * the command that empties this very database, where there is one.
 */
export function historyProblems(
  workspaceRoot: string,
  serviceSpec: ServiceSpec,
  deployed: Record<string, string>,
  reset: string | undefined,
): Problem[] {
  const folder = readFolder(workspaceRoot, serviceSpec);
  if (folder === undefined) return [];
  const applied = Object.entries(deployed).map(([file, checksum]) => ({ name: file.replace(/\.sql$/, ''), checksum }));
  return compareHistory(folder, applied).problems.map((problem) => toProblem(problem, serviceSpec, reset));
}

/** What the inventory is to say of a service once this checkout is deployed. `listed`: what it says now. */
export function deployedMigrations(
  workspaceRoot: string,
  serviceSpec: ServiceSpec,
  listed: Record<string, string> = {},
): Record<string, string> {
  if (migrationOf(workspaceRoot, serviceSpec) !== 'builtin') return {};
  return keptHistory(listed, readFolder(workspaceRoot, serviceSpec)?.migrations ?? []);
}

function readFolder(workspaceRoot: string, serviceSpec: ServiceSpec): MigrationsFolder | undefined {
  try {
    return readMigrations(join(workspaceRoot, migrationsFolderOf(serviceSpec)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function toProblem(problem: MigrationProblem, serviceSpec: ServiceSpec, reset?: string): Problem {
  const folder = migrationsFolderOf(serviceSpec);
  const { message, hint } = describeProblem(problem, { folder, ...(reset === undefined ? {} : { reset }) });
  return {
    file: `${folder}/${problem.file}`,
    ...('line' in problem ? { line: problem.line } : {}),
    message,
    hint,
  };
}

import { delimiter, join } from 'node:path';
import type { Argv } from '@slipway/util/exec';
import { builtService } from '../../images/layers/built-service.ts';
import { runBuildTarget, targetCommand } from '../../images/layers/run-build-target.ts';
import { entryPath } from '../../services/build-entry.ts';
import { migrationOf } from '../../services/migrate-command.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';

/** What is started: a file for Node, or any program. */
export type Program = { script: string } | { command: Argv };

/** A service as this machine runs it, by the same choice as its image. `migrate` ends before `main` begins. */
export type LocalProgram = { main: Program; migrate?: Program };

/** Why a service cannot run on this machine; undefined for one that can. */
export function notLocal({ build, run }: Pick<ServiceSpec, 'build' | 'run'>): string | undefined {
  if (run !== undefined || build === undefined || 'target' in build) return undefined;
  const what = 'dockerfile' in build ? 'it is built by a Dockerfile' : 'it is an image';
  return `${what}, and its slipway.yaml says no run: { command: [PROGRAM] } or { target: NAME }`;
}

/** Builds a service and says what to start. Throws ValidationError for what does not build. */
export async function localProgram(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<LocalProgram> {
  const { root, build, run, database } = serviceSpec;
  const migration = migrationOf(workspaceRoot, serviceSpec);
  const isBundled = build === undefined && (run === undefined || migration === 'builtin');
  const folder = isBundled ? await builtService(workspaceRoot, serviceSpec) : undefined;
  if (run === undefined && build !== undefined && 'target' in build)
    await runBuildTarget(workspaceRoot, root, build.target);
  const main = mainOf(workspaceRoot, serviceSpec, folder);
  if (migration === 'builtin') {
    if (folder === undefined) return { main };
    return { main, migrate: { script: join(folder, 'migrate.js') } };
  }
  const { migrate } = database ?? {};
  // Here Nx runs a target itself, whatever it is.
  if (migrate !== undefined && migrate !== 'none' && 'target' in migrate)
    return { main, migrate: { command: targetCommand(workspaceRoot, root, migrate.target) } };
  if (migration === 'none') return { main };
  if ('problem' in migration) throw new ValidationError([migration.problem]);
  return { main, migrate: migration };
}

function mainOf(workspaceRoot: string, { root, build, run }: ServiceSpec, folder: string | undefined): Program {
  if (run !== undefined) return 'command' in run ? run : { command: targetCommand(workspaceRoot, root, run.target) };
  if (build !== undefined && 'target' in build) return { script: join(workspaceRoot, entryPath(root, build)) };
  if (folder === undefined) throw new Error(`${root} cannot run here: ${notLocal({ ...(build && { build }) })}`);
  return { script: join(folder, 'main.js') };
}

/** PATH with the programs of the packages that the service and the workspace have, as npm sets it for scripts. */
export function pathWithPackages(workspaceRoot: string, root: string): string {
  const folders = [join(workspaceRoot, root), workspaceRoot].map((folder) => join(folder, 'node_modules', '.bin'));
  return [...folders, process.env.PATH ?? ''].join(delimiter);
}

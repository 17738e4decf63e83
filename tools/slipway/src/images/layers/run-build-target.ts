import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { CommandError } from '@slipway/util/errors';
import { exec, type Argv } from '@slipway/util/exec';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import { outputTail } from '../../util/format/output-tail.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';

/** A build that takes longer than this hangs, ms. */
const LIMIT_MS = 600_000;

/** Services whose target need not be run, as Nx has just done it. */
const built = new Set<string>();

/** For a target that depends on the service's build target: Nx has run that for it. */
export function assumeBuilt(root: string): void {
  built.add(root);
}

/** One after the other: each asks Nx, which keeps two processes busy by itself. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Lets Nx run a service's target, with what the target depends on; what Nx has in its cache takes a second or two. Throws
 * ValidationError with the end of the output when the target fails or is not there.
 */
export function runBuildTarget(workspaceRoot: string, root: string, target: string): Promise<void> {
  if (built.has(root)) return Promise.resolve();
  const run = queue.then(() => runTarget(workspaceRoot, root, target));
  queue = run.catch(() => undefined);
  return run;
}

/** The command line of Nx that runs one target of the project in `root`. */
export function targetCommand(workspaceRoot: string, root: string, target: string): Argv {
  return [process.execPath, nxProgram(workspaceRoot), 'run-many', '-t', target, '-p', root, '--output-style=stream'];
}

async function runTarget(workspaceRoot: string, root: string, target: string): Promise<void> {
  const lines: string[] = [];
  try {
    const output = await exec(targetCommand(workspaceRoot, root, target), {
      cwd: workspaceRoot,
      // What an Nx around this process says of its own task is not about this one.
      env: {
        NX_TASK_TARGET_PROJECT: undefined,
        NX_TASK_TARGET_TARGET: undefined,
        NX_TASK_HASH: undefined,
        NX_TUI: 'false',
      },
      timeoutMs: LIMIT_MS,
      onLine: (line) => lines.push(line),
    });
    if (/No tasks were run/.test(output)) throw refusal(root, target, `Nx knows no target "${target}" of ${root}`);
  } catch (error) {
    if (error instanceof CommandError)
      throw refusal(
        root,
        target,
        `Nx could not run "${target}":\n${outputTail(lines.length > 0 ? lines : [error.message], /^\s*NX\s/)}`,
      );
    throw error;
  }
}

function refusal(root: string, target: string, message: string): ValidationError {
  const hint = `npx nx run-many -t ${target} -p ${root}`;
  return new ValidationError([{ file: `${root}/${SERVICE_FILE}`, key: 'build.target', message, hint }]);
}

/** The workspace's own Nx, whatever is on the PATH. */
function nxProgram(workspaceRoot: string): string {
  const { resolve } = createRequire(join(workspaceRoot, 'package.json'));
  const manifest = resolve('nx/package.json');
  const { bin } = createRequire(manifest)(manifest) as { bin: { nx: string } };
  return join(dirname(manifest), bin.nx);
}

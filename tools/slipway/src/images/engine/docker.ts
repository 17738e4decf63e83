import { CommandError } from '@slipway/util/errors';
import { type Argv, exec, type ExecOptions } from '@slipway/util/exec';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';

/** What Docker's client says when it reaches no engine. */
const SILENT = /cannot connect to the docker daemon|error during connect|failed to connect to the docker API/i;

/**
 * Output of a command of the container engine's client. A failure is a problem of the file that wanted it: without an
 * engine the other services still deploy. `failed`: what to say when the engine is there and refuses.
 */
export async function docker(
  args: string[],
  { file, key }: { file: string; key: string },
  failed: (output: string) => Pick<Problem, 'message' | 'hint'>,
  options: ExecOptions = {},
): Promise<string> {
  const command: Argv = ['docker', ...args];
  try {
    return await exec(command, options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const problem = (message: string, hint: string) => new ValidationError([{ file, key, message, hint }]);
    if (error.code === 'ENOENT')
      throw problem('needs a container engine, and there is no docker command', 'install Docker, or put it on PATH');
    if (SILENT.test(error.output))
      throw problem('needs a container engine, and none answers', 'start Docker; docker info says what is wrong');
    if (error.code === 'timeout') throw problem(error.message, 'run it by hand and see what it waits for');
    throw new ValidationError([{ file, key, ...failed(error.output) }]);
  }
}

import { CommandError } from '../../core/failures.ts';
import { self } from '../../core/paths.ts';
import { run } from '../../core/run.ts';

/** A registry that greets may still refuse: rate limits, a blocked download host. */
export async function pullImage(ref: string, report: (detail: string) => void): Promise<void> {
  report(`pulling ${ref}`);
  try {
    await run(['docker', 'pull', ref], { onLine: (line) => report(line.slice(0, 60)) });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(
      `${error.message}\nCure: try again later, or build it from packages: ${self} up --images packages`,
      {
        cause: error,
      },
    );
  }
}

import { CommandError } from '../exec/failures.ts';
import { run } from '../exec/run.ts';
import { self } from '../paths.ts';

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

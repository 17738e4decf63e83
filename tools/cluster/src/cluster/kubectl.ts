import { CommandError } from '@slipway/util/errors';
import { pause, run, type RunOptions } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import { kindBinary, kubectlBinary } from '../packages/binaries/binaries.ts';

export function contextOf(cluster: string): string {
  return `kind-${cluster}`;
}

export function kubectl(cluster: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run([kubectlBinary, '--context', contextOf(cluster), '--request-timeout=5s', ...args], {
    timeoutMs: 15_000,
    ...options,
  });
}

/** How long a new API server may turn requests away, ms: on a busy machine some take longer than their limit. */
const PATIENCE_MS = 60_000;
const RETRY_PAUSE_MS = 1000;

/**
 * For what may be done twice: runs kubectl until it succeeds, `report`s why it did not, and throws the last CommandError
 * after a minute.
 */
export async function kubectlPatiently(
  cluster: string,
  args: readonly string[],
  { report, ...options }: RunOptions & { report: Report },
): Promise<string> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await pause(RETRY_PAUSE_MS)) {
    try {
      return await kubectl(cluster, args, options);
    } catch (error) {
      // Any other code is kubectl's absence, or the end of this process.
      const isAnswer = error instanceof CommandError && (typeof error.code === 'number' || error.code === 'timeout');
      if (!isAnswer || Date.now() > deadline) throw error;
      report(`trying again: ${error.output.trim().split('\n').at(-1)}`);
    }
  }
}

export function kind(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run([kindBinary, ...args], options);
}

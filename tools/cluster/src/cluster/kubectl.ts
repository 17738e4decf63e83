import { run, type RunOptions } from '../core/run.ts';
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

export function kind(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run([kindBinary, ...args], options);
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Reporter } from '../../deploy/report/reporter.ts';
import type { FailingCheck } from '../../kubernetes/rollout/failing-checks.ts';

/** Asks a pod which of its readiness checks fail; rejects when its process does not answer. */
export type AskChecks = (pod: string) => Promise<FailingCheck[]>;

type Options = { report: Reporter; signal: AbortSignal; timeoutMs: number; lookMs?: number };

/**
 * Follows pods that were sent new code until every readiness check of theirs passes: Kubernetes notices only later that one
 * fails. Tells what fails whenever that changes, and that all pass if any did not. Ends silently when `signal` aborts.
 */
export async function followSynced(
  service: string,
  pods: string[],
  ask: AskChecks,
  { report, signal, timeoutMs, lookMs = 1_000 }: Options,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  let told = '';
  while (!signal.aborted) {
    const failing = (await Promise.all(pods.map((pod) => describeChecks(pod, ask)))).filter((text) => text !== '');
    if (signal.aborted) return;
    const text = failing.join('; ');
    if (text === '') {
      if (told !== '') report.event(service, 'sync', 'its readiness checks pass');
      return;
    }
    if (performance.now() > end) {
      report.block(service, 'FAILED', `not ready ${Math.round(timeoutMs / 1000)} s after the sync: ${text}`);
      return;
    }
    if (text !== told) report.event(service, 'sync', `it serves and is not ready: ${text}`);
    told = text;
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

async function describeChecks(pod: string, ask: AskChecks): Promise<string> {
  try {
    const failing = await ask(pod);
    return failing.length === 0
      ? ''
      : `${failing.map(({ name, detail }) => `${name}: ${detail}`).join(', ')} in ${pod}`;
  } catch {
    return `${pod} does not answer`;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Each look's own limit: a process that accepts and never answers must not stop the looking. */
const lookMs = 2000;

/**
 * Waits until the service's readiness route answers 200; undefined then. After `deadlineMs`, or when `signal` aborts, it
 * gives up and returns what the last look saw.
 */
export async function awaitReady(
  managementUrl: string,
  signal: AbortSignal,
  deadlineMs: number,
): Promise<string | undefined> {
  const url = `${managementUrl}/healthz/ready`;
  const end = Date.now() + deadlineMs;
  let seen = 'nothing listens there';
  while (!signal.aborted && Date.now() < end) {
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(lookMs)]) });
      const body = (await response.text()).slice(0, 300);
      if (response.status === 200) return undefined;
      seen = `${response.status} ${body}`;
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') seen = `no answer within ${lookMs / 1000} s`;
    }
    await sleep(30, undefined, { signal }).catch(() => {});
  }
  return `${url}: ${seen}`;
}

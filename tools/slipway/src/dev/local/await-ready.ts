import { setTimeout as sleep } from 'node:timers/promises';

/** Each look's own limit: a process that accepts and never answers must not stop the looking. */
const lookMs = 2000;

/**
 * Waits until `route` of the service answers 200, or without one until anything answers; undefined then. After `deadlineMs`, or when `signal` aborts, it
 * gives up and returns what the last look saw. `url`: the address of the management routes, as soon as it is known;
 * `shown`: that which people know.
 */
export async function awaitReady(
  { url, shown, route }: { url: Promise<string>; shown: string; route: string | undefined },
  signal: AbortSignal,
  deadlineMs: number,
): Promise<string | undefined> {
  const end = Date.now() + deadlineMs;
  let seen = 'nothing listens there';
  let address: string | undefined;
  void url.then((known) => (address = known));
  while (!signal.aborted && Date.now() < end) {
    if (address !== undefined) {
      const look = await lookAt(`${address}${route ?? '/'}`, signal, route === undefined);
      if (look === undefined) return undefined;
      seen = look === '' ? seen : look;
    }
    await sleep(30, undefined, { signal }).catch(() => {});
  }
  return `${shown}${route ?? '/'}: ${seen}`;
}

/** What is wrong; empty when nothing answers. */
async function lookAt(url: string, signal: AbortSignal, isAnyAnswerGood: boolean): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      // A connection that stays open would keep a program that is to end.
      headers: { connection: 'close' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(lookMs)]),
    });
    const body = (await response.text()).slice(0, 300);
    return response.status === 200 || isAnyAnswerGood ? undefined : `${response.status} ${body}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${lookMs / 1000} s` : '';
  }
}

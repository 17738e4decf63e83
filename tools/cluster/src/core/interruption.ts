import { InterruptedError } from './failures.ts';

/** Aborted by Ctrl-C or SIGTERM; every running program and every wait listens. */
export const interruption = new AbortController();

export function listenForInterruption(): void {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // A second time means now: cleaning up has hung.
      if (asked) process.exit(130);
      asked = true;
      interruption.abort(new InterruptedError(signal));
    });
  }
}

export async function pause(ms: number): Promise<void> {
  const { signal } = interruption;
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
